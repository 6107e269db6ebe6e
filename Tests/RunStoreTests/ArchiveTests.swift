import Archiving
import Basics
import FoundationEssentials
import RunPilotTesting
import RunStore
import Testing
import TrainingModel

@Suite("Archives of runs")
struct ArchiveTests {
  /// Makes an archive with Python's tarfile: somebody else's writer, which refuses nothing.
  private func archive(_ folder: TemporaryFolder, _ python: String) async throws -> String {
    let path = folder.path + "/a.tar.gz"
    let script = """
      import io, json, sys, tarfile
      def add(tar, name, data=b"x", **more):
          info = tarfile.TarInfo(name); info.size = len(data)
          for key, value in more.items(): setattr(info, key, value)
          tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
      RUN = json.dumps({"id": "20251114T193210Z-old", "name": "old", "image": "i", "entrypoint": "python t.py", "status": "finished",
                        "created_at": "2025-11-14T19:32:10+00:00", "finished_at": "2025-11-14T19:34:41+00:00", "exit_code": 0}).encode()
      with tarfile.open(sys.argv[1], "w:gz") as tar:
      \(python.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
      """
    let made = try await Program(
      ["/usr/bin/python3", "-c", script, path], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path
    ).wait()
    #expect(made.exitCode == 0, "\(made.stderr)")
    return path
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let what: String
    let python: String
    let says: String
    var testDescription: String { what }
  }

  @Test(
    "that would do harm are refused, and the home is as it was",
    arguments: [
      Hostile(what: "a path upwards", python: "add(tar, 'r/../../evil.txt')", says: "outside"),
      Hostile(what: "an absolute path", python: "add(tar, '/tmp/rp-evil')", says: "outside"),
      Hostile(what: "a symbolic link", python: "add(tar, 'r/l', b'', type=tarfile.SYMTYPE, linkname='/etc')", says: "link"),
      Hostile(
        what: "a file through a link", python: "add(tar, 'r/l', b'', type=tarfile.SYMTYPE, linkname='/tmp')\nadd(tar, 'r/l/x')",
        says: "link"),
      Hostile(
        what: "a hard link", python: "add(tar, 'r/run.json', RUN)\nadd(tar, 'r/h', b'', type=tarfile.LNKTYPE, linkname='r/run.json')",
        says: "link"),
      Hostile(what: "a device", python: "add(tar, 'r/d', b'', type=tarfile.CHRTYPE, devmajor=1, devminor=3)", says: "device"),
      Hostile(what: "a named pipe", python: "add(tar, 'r/p', b'', type=tarfile.FIFOTYPE)", says: "device"),
      Hostile(what: "the same name twice", python: "add(tar, 'r/run.json', RUN)\nadd(tar, 'r/run.json', b'{}')", says: "twice"),
      Hostile(what: "two folders at the top", python: "add(tar, 'r/run.json', RUN)\nadd(tar, 'q/x')", says: "more than one"),
      Hostile(what: "a file at the top", python: "add(tar, 'run.json', RUN)", says: "top"),
      Hostile(what: "control characters", python: "add(tar, 'r/a\\nb')", says: "control"),
      Hostile(what: "nothing", python: "pass", says: "empty"),
      Hostile(what: "no run.json", python: "add(tar, 'r/logs.txt')", says: "run.json"),
      Hostile(what: "a run.json that is none", python: "add(tar, 'r/run.json', b'[')", says: "JSON"),
      Hostile(
        what: "a wrong checksum",
        python:
          "add(tar, 'r/run.json', RUN)\nadd(tar, 'r/manifest.json', json.dumps({'schema': 'runpilot/archive/v1', 'files': {'run.json': {'bytes': len(RUN), 'sha256': '0' * 64}}}).encode())",
        says: "checksum"),
      Hostile(
        what: "a file that the manifest does not know",
        python:
          "add(tar, 'r/run.json', RUN)\nadd(tar, 'r/manifest.json', json.dumps({'schema': 'runpilot/archive/v1', 'files': {}}).encode())",
        says: "manifest"),
    ])
  func hostile(_ hostile: Hostile) async throws {
    let fixture = try StoreFixture()
    try fixture.add()
    let path = try await archive(fixture.folder, hostile.python)
    #expect {
      try fixture.store.importArchive(path, replace: true)
    } throws: { error in
      let error = error as? any ExitCoded
      return error?.exitCode == .badInput && error?.message.contains(hostile.says) == true
    }
    #expect(try Files.names(in: fixture.store.runsFolder) == ["rp_0001"])
    #expect(!Files.exists(fixture.store.home + "/evil.txt") && !Files.exists("/tmp/rp-evil"))
  }

  @Test("A bomb is refused while it goes off, and leaves nothing")
  func bomb() async throws {
    let fixture = try StoreFixture()
    let path = try await archive(fixture.folder, "add(tar, 'r/run.json', RUN)\nadd(tar, 'r/big', bytes(8 << 20))")
    #expect(throws: ArchiveError.self) { try fixture.store.importArchive(path, replace: false, limits: ArchiveLimits(bytes: 1 << 20)) }
    #expect(throws: ArchiveError.self) {
      try fixture.store.importArchive(path, replace: false, limits: ArchiveLimits(bytes: 1 << 30, entries: 1))
    }
    #expect(try Files.names(in: fixture.store.runsFolder).isEmpty)
    #expect(try fixture.store.importArchive(path, replace: false, limits: ArchiveLimits(bytes: 9 << 20)).record.name == "old")
  }

  @Test("A run of the older program is taken, and said to be unverified")
  func older() async throws {
    let fixture = try StoreFixture()
    let metrics =
      #"{"recorded_at": "2025-11-14T19:34:41+00:00", "run_id": "x", "summary": {"loss": 0.5, "exit_code": 0.0}, "tags": null, "time_series": null}"#
    let path = try await archive(
      fixture.folder,
      "add(tar, 'old-run/run.json', RUN)\nadd(tar, 'old-run/logs.txt', b'hello')\nadd(tar, 'old-run/metrics.json', b'''\(metrics)''')")
    let imported = try fixture.store.importArchive(path, replace: false)
    #expect(imported.record.id == RunID("rp_0001"))
    #expect(imported.record.status == .success)
    #expect(imported.record.durationSeconds == 151)
    #expect(imported.record.origin?.importedAs == "20251114T193210Z-old")
    #expect(imported.notes.contains { $0.contains("checksums") })
    #expect(try fixture.store.metrics(imported.record.id)?.summary["loss"] == 0.5)
    #expect(throws: RunAlreadyHere.self) { try fixture.store.importArchive(path, replace: false) }
  }

  @Test("Exported twice, a run gives the same bytes, and imported it is the same run")
  func roundTrip() throws {
    let fixture = try StoreFixture()
    let other = try StoreFixture()
    let record = try fixture.add { $0.tags = ["t"] }
    let folder = fixture.store.folder(record.id)
    try Files.writeAtomically(Array("log\u{FFFD}".utf8), to: folder.logs)
    try Files.createFolder(folder.outputs + "/a/b")
    try Files.writeAtomically([UInt8](repeating: 7, count: 300_000), to: folder.outputs + "/a/b/model.bin")
    let first = fixture.folder.path + "/1.tar.gz"
    let second = fixture.folder.path + "/2.tar.gz"
    #expect(try fixture.store.export(record.id, to: first) == Files.size(first))
    _ = try fixture.store.export(record.id, to: second)
    #expect(try Files.read(first) == Files.read(second))
    try other.add()
    let imported = try other.store.importArchive(first, replace: false)
    #expect(imported.record.id == RunID("rp_0002"), "rp_0001 is another run there")
    #expect(imported.record.uid == record.uid)
    #expect(imported.record.runDir == other.store.folder(imported.record.id).path)
    #expect(try Files.read(other.store.folder(imported.record.id).outputs + "/a/b/model.bin").count == 300_000)
    #expect(try other.store.record(imported.record.id) == imported.record)
  }

  @Test("--force replaces the same run and no other, and the listing shows the new one")
  func replaced() throws {
    let fixture = try StoreFixture()
    let record = try fixture.add()
    let archive = fixture.folder.path + "/a.tar.gz"
    _ = try fixture.store.export(record.id, to: archive)
    var changed = record
    changed.name = "changed here"
    try fixture.store.write(changed)
    try Files.writeAtomically([1], to: fixture.store.folder(record.id).path + "/extra")
    _ = try fixture.store.runs(RunQuery())
    let imported = try fixture.store.importArchive(archive, replace: true)
    #expect(imported.record.id == record.id)
    #expect(try fixture.store.runs(RunQuery()).map(\.name) == ["run"])
    #expect(!Files.exists(fixture.store.folder(record.id).path + "/extra"), "replaced, not merged")
  }

  @Test("Every single damaged byte is noticed or harmless", arguments: 0..<24)
  func damaged(_ position: Int) throws {
    let fixture = try StoreFixture()
    let other = try StoreFixture()
    let record = try fixture.add()
    let path = fixture.folder.path + "/a.tar.gz"
    let size = Int(try fixture.store.export(record.id, to: path))
    var bytes = try Files.read(path)
    bytes[size * position / 24] ^= 0x40
    try Files.writeAtomically(bytes, to: path)
    do {
      let imported = try other.store.importArchive(path, replace: false)
      #expect(imported.record.uid == record.uid, "harmless: a byte of the gzip header")
    } catch {
      #expect((error as? any ExitCoded)?.exitCode == .badInput, "\(error)")
      #expect(try Files.names(in: other.store.runsFolder).isEmpty)
    }
  }
}
