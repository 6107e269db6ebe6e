import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Testing

@testable import AWSSupport

@Suite("How requests are written and answers read")
struct ProtocolTests {
  @Test("botocore's cases of EC2's and the older query form", arguments: [("ec2", QueryForm.Flavour.ec2, 26), ("query", .query, 20)])
  func input(file: String, flavour: QueryForm.Flavour, count: Int) throws {
    var checked = 0
    let suites = try Vectors.json("protocol/input/\(file).json")
    for suite in try #require(suites.arrayValue) {
      let shapes = Shapes(suite["shapes"]?.objectValue ?? [:], flavour)
      for testCase in suite["cases"]?.arrayValue ?? [] {
        guard let expected = testCase["serialized"]?["body"]?.stringValue, expected.hasPrefix("Action="),
          testCase["params"]?["data"] == nil,
          let action = testCase["given"]?["name"]?.stringValue, shapes.canWrite
        else { continue }
        var parameters = testCase["params"] ?? .object([:])
        if expected.hasSuffix("Token=00000000-0000-4000-8000-000000000000")
          || expected.hasSuffix("token=00000000-0000-4000-8000-000000000000")
        {
          parameters = .object(["token": .string("00000000-0000-4000-8000-000000000000")])
        }
        let value = shapes.value(parameters, shape: testCase["given"]?["input"]?["shape"]?.stringValue)
        let form = QueryForm(action, version: "2020-01-08", flavour, value ?? [:])
        let id = testCase["id"]?.stringValue ?? ""
        #expect(form.body.split(separator: "&").sorted() == expected.split(separator: "&").sorted(), "\(id)")
        checked += 1
      }
    }
    #expect(checked == count, "\(checked)")
  }

  /// Writes values as their model says, as far as our requests need it: no maps, no idempotency tokens of its own making.
  private struct Shapes {
    let shapes: [String: JSONValue]
    let flavour: QueryForm.Flavour

    init(_ shapes: [String: JSONValue], _ flavour: QueryForm.Flavour) {
      self.shapes = shapes
      self.flavour = flavour
    }

    /// What the older form has and we do not use: flattened lists, renamed list members, maps; and times that are numbers.
    var canWrite: Bool {
      !shapes.values.contains { shape in
        shape["type"]?.stringValue == "map" || shape["timestampFormat"] != nil
          || flavour == .query && (shape["flattened"]?.boolValue == true || shape["member"]?["locationName"] != nil)
      }
    }

    func value(_ given: JSONValue, shape name: String?) -> QueryValue? {
      guard let name, let shape = shapes[name] else { return nil }
      switch shape["type"]?.stringValue {
      case "structure":
        return .structure(
          (shape["members"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { key, member in
            (wireName(key, member), given[key].flatMap { value($0, shape: member["shape"]?.stringValue) })
          })
      case "list": return .list((given.arrayValue ?? []).compactMap { value($0, shape: shape["member"]?["shape"]?.stringValue) })
      case "boolean": return .flag(given.boolValue == true)
      case "timestamp": return .time(Date(timeIntervalSince1970: Double(given.intValue ?? 0)))
      case "blob": return .bytes(Array((given.stringValue ?? "").utf8))
      default: return .text(given.plainText)
      }
    }

    private func wireName(_ key: String, _ member: JSONValue) -> String {
      if let name = member["queryName"]?.stringValue { return name }
      let name = member["locationName"]?.stringValue ?? key
      return flavour == .ec2 ? name.prefix(1).uppercased() + name.dropFirst() : name
    }
  }

  @Test("botocore's refusals", arguments: [("ec2", 2), ("query", 3), ("json", 12)])
  func refusals(file: String, count: Int) throws {
    var checked = 0
    let suites = try Vectors.json("protocol/output/\(file).json")
    for suite in try #require(suites.arrayValue) {
      for testCase in suite["cases"]?.arrayValue ?? [] {
        guard let code = testCase["errorCode"]?.stringValue, let response = testCase["response"] else { continue }
        let head = Self.head(response)
        let body = Array((response["body"]?.stringValue ?? "").utf8)
        let answer = file == "json" ? AWSErrorAnswer(json: body, head: head) : AWSErrorAnswer(xml: body, head: head)
        let id = testCase["id"]?.stringValue ?? ""
        #expect(answer.code == code, "\(id)")
        if let message = testCase["errorMessage"]?.stringValue { #expect(answer.message == message, "\(id)") }
        checked += 1
      }
    }
    #expect(checked == count, "\(checked)")
  }

  private static func head(_ response: JSONValue) -> HTTPResponseHead {
    var headers: HTTPHeaders = [:]
    for (name, value) in response["headers"]?.texts ?? [:] { headers.add(name, value) }
    return HTTPResponseHead(status: Int(response["status_code"]?.intValue ?? 0), headers: headers)
  }

  @Test("a form that was kept is sent as it was written")
  func verbatim() throws {
    let form = QueryForm("RunInstances", version: "1", .ec2, ["A": "b c&d=é/:+", "N": [["K": 1, "E": []], ["K": true]]])
    #expect(form.body == "Action=RunInstances&Version=1&A=b%20c%26d%3D%C3%A9%2F%3A%2B&N.1.K=1&N.2.K=true")
    let again = try #require(QueryForm(body: form.body))
    #expect(again == form)
    #expect(QueryForm(body: "Version=1") == nil)
  }
}
