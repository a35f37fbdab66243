"""What limberd exports, held against the contract, interface by interface."""

import os
import xml.etree.ElementTree as ElementTree

import rig

# What later steps of the work bring.
MISSING = {}

CONTRACT = os.path.join(rig.ROOT, "daemon", "bus", "org.limberd.Limber1.xml")


def members(interface):
    """Of one interface: {(kind, name): (type or arguments, whether changes are told)}."""
    found = {}
    for member in interface:
        told = [a.get("value") for a in member.findall("annotation")
                if a.get("name").endswith("EmitsChangedSignal")]
        if member.tag == "property":
            found["property", member.get("name")] = (
                member.get("type"), member.get("access"), told[0] if told else "true")
        elif member.tag in ("method", "signal"):
            found[member.tag, member.get("name")] = tuple(
                (a.get("name"), a.get("type"),
                 a.get("direction") or ("in" if member.tag == "method" else "out"))
                for a in member.findall("arg"))
    return found


def contract():
    tree = ElementTree.parse(CONTRACT)
    return {i.get("name"): members(i) for i in tree.iter("interface")}


class Contract(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.config("[rule micro]\nevery = what\n")
        self.start_daemon()
        self.call("StartBreak", "s", "micro")

    def exported(self, path):
        done = self.command("busctl", "--user", "introspect", "--xml-interface", rig.NAME, path)
        self.assertEqual(done.returncode, 0, done.stderr)
        tree = ElementTree.fromstring(done.stdout)
        return {i.get("name"): members(i) for i in tree.findall("interface")
                if i.get("name").startswith(rig.NAME)}

    def hold(self, path, name):
        wanted, got = contract()[name], self.exported(path)
        self.assertIn(name, got, "%s has no %s" % (path, name))
        self.assertEqual(list(got), [name], path)
        for member, shape in got[name].items():
            self.assertIn(member, wanted, "%s is not in the contract of %s" % (member, name))
            self.assertEqual(shape, wanted[member], "%s of %s" % (member, name))
        missing = {"%s %s" % m for m in wanted if m not in got[name]}
        self.assertEqual(missing, MISSING.get(name.rpartition(".")[2], set()))
        return got[name]

    def test_manager(self):
        got = self.hold(rig.PATH, rig.NAME + ".Manager")
        for name in ("Phase", "Reasons", "Problems", "CurrentBreak"):
            self.assertIn(("property", name), got)

    def test_rule(self):
        self.hold(rig.PATH + "/rule/micro", rig.NAME + ".Rule")

    def test_break(self):
        self.hold(self.property("CurrentBreak"), rig.NAME + ".Break")

    def test_notice(self):
        self.call("Finish")
        self.hold(rig.PATH + "/notice/1", rig.NAME + ".Notice")

    def test_others_can_read_it(self):
        done = self.command("gdbus", "introspect", "--session", "--recurse", "--dest", rig.NAME,
                            "--object-path", rig.PATH)
        self.assertEqual(done.returncode, 0, done.stderr)
        for text in ("interface org.limberd.Limber1.Manager", "in  s who", "out h fd",
                     "interface org.freedesktop.DBus.ObjectManager",
                     "interface org.limberd.Limber1.Rule", "interface org.limberd.Limber1.Break"):
            self.assertIn(text, done.stdout)
        done = self.command("busctl", "--user", "introspect", rig.NAME, rig.PATH)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(".StartBreak", done.stdout)

    def test_object_manager_lists_everything(self):
        objects = self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")[0]
        kinds = {path: [i for i in interfaces if i.startswith(rig.NAME)]
                 for path, interfaces in objects.items()}
        self.assertEqual(kinds[rig.PATH + "/rule/micro"], [rig.NAME + ".Rule"])
        self.assertEqual(kinds[self.property("CurrentBreak")], [rig.NAME + ".Break"])
        self.assertEqual(kinds[rig.PATH + "/notice/1"], [rig.NAME + ".Notice"])
