import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit

/// Questions to AWS's Price List API, and its answers: JSON with JSON inside. Pure.
enum PriceList {
  /// Which machine costs what.
  static func machine(_ type: String, region: String) -> JSONValue {
    request([
      ("instanceType", type), ("regionCode", region), ("operatingSystem", "Linux"), ("tenancy", "Shared"), ("preInstalledSw", "NA"),
      ("capacitystatus", "Used"), ("marketoption", "OnDemand"),
    ])
  }

  /// What a gigabyte of gp3 costs.
  static func disk(region: String) -> JSONValue {
    request([("productFamily", "Storage"), ("volumeApiName", "gp3"), ("regionCode", region)])
  }

  private static func request(_ terms: [(String, String)]) -> JSONValue {
    let filters = terms.map { JSONValue.object(["Type": .string("TERM_MATCH"), "Field": .string($0.0), "Value": .string($0.1)]) }
    return .object(["ServiceCode": .string("AmazonEC2"), "Filters": .array(filters), "FormatVersion": .string("aws_v1")])
  }

  /// The one price in an answer: `terms.OnDemand.*.priceDimensions.*.pricePerUnit.USD`; nil when there is none, or more than one.
  ///
  /// Products at no price are reservations and the like.
  static func price(_ answer: JSONValue) -> String? {
    var found: Set<String> = []
    for case .string(let text) in answer["PriceList"]?.arrayValue ?? [] {
      guard let product = try? JSON.decode(JSONValue.self, from: Data(text.utf8)) else { continue }
      for term in (product["terms"]?["OnDemand"]?.objectValue ?? [:]).values {
        for dimension in (term["priceDimensions"]?.objectValue ?? [:]).values {
          guard let price = dimension["pricePerUnit"]?["USD"]?.stringValue, let amount = PriceText.amount(price), amount > 0 else {
            continue
          }
          found.insert("\(amount)")
        }
      }
    }
    return found.count == 1 ? found.first : nil
  }
}
