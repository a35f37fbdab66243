/*
 * Gives or takes a picture through PipeWire, as a camera, a compositor or a program in a meeting
 * does. usage: pipewire-video give|take KEY=VALUE...   with the node's properties
 *
 * Small and black: what counts is who is linked with whom. Ends when it is told to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>

static const struct spa_pod *format(struct spa_pod_builder *builder)
{
	return spa_pod_builder_add_object(
		builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat, SPA_FORMAT_mediaType,
		SPA_POD_Id(SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
		SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_VIDEO_format,
		SPA_POD_Id(SPA_VIDEO_FORMAT_BGRx), SPA_FORMAT_VIDEO_size,
		SPA_POD_Rectangle(&SPA_RECTANGLE(64, 48)), SPA_FORMAT_VIDEO_framerate,
		SPA_POD_Fraction(&SPA_FRACTION(25, 1)));
}

static const struct spa_pod *buffers(struct spa_pod_builder *builder)
{
	return spa_pod_builder_add_object(
		builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
		SPA_POD_Int(2), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1), SPA_PARAM_BUFFERS_size,
		SPA_POD_Int(64 * 48 * 4), SPA_PARAM_BUFFERS_stride, SPA_POD_Int(64 * 4));
}

static void on_param(void *data, uint32_t id, const struct spa_pod *param)
{
	struct spa_pod_builder builder;
	struct pw_stream **stream = data;
	const struct spa_pod *answer;
	uint8_t room[1024];

	if (id != SPA_PARAM_Format || !param)
		return;
	builder = SPA_POD_BUILDER_INIT(room, sizeof(room));
	answer = buffers(&builder);
	pw_stream_update_params(*stream, &answer, 1);
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.param_changed = on_param,
};

static struct pw_properties *properties_of(char **words)
{
	struct pw_properties *properties = pw_properties_new(NULL, NULL);

	for (; *words; words++) {
		char *value = strchr(*words, '=');

		if (!value)
			continue;
		*value = '\0';
		pw_properties_set(properties, *words, value + 1);
	}
	return properties;
}

int main(int argc, char **argv)
{
	bool gives = argc > 1 && !strcmp(argv[1], "give");
	struct spa_pod_builder builder;
	struct pw_stream *stream;
	struct pw_main_loop *loop;
	const struct spa_pod *offer;
	uint8_t room[1024];

	if (argc < 2)
		return 2;
	pw_init(NULL, NULL);
	loop = pw_main_loop_new(NULL);
	stream = pw_stream_new_simple(pw_main_loop_get_loop(loop), argv[1], properties_of(argv + 2),
				      &events, &stream);
	if (!stream)
		return 1;
	builder = SPA_POD_BUILDER_INIT(room, sizeof(room));
	offer = format(&builder);
	if (pw_stream_connect(stream, gives ? PW_DIRECTION_OUTPUT : PW_DIRECTION_INPUT, PW_ID_ANY,
			      PW_STREAM_FLAG_MAP_BUFFERS | (gives ? PW_STREAM_FLAG_DRIVER : 0),
			      &offer, 1) < 0)
		return 1;
	pw_main_loop_run(loop);
	return 0;
}
