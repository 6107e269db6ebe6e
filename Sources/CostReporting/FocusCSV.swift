import Basics
import FoundationEssentials
public import TrainingModel

/// Charges in FOCUS, the FinOps Open Cost and Usage Specification (https://focus.finops.org): version 1.2, with what only version 1.0's
/// validator asks for beside it. Columns of our own begin with `x_`.
public enum FocusCSV {
  typealias Column = (name: String, value: @Sendable (CostCharge) -> CSVText.Field)

  /// The text, with its header, and how many charges are not in it: FOCUS has no word for a price that nobody knows, and zero would be a lie.
  public static func text(_ charges: [CostCharge]) -> (text: String, unpriced: Int) {
    let priced = charges.filter { $0.meter.hourly != nil }
    var csv = CSVText()
    csv.add(columns.map { .exact($0.name) })
    for charge in priced { csv.add(columns.map { $0.value(charge) }) }
    return (csv.text, charges.count - priced.count)
  }

  /// The header's names, in their order.
  public static var header: [String] { columns.map(\.name) }

  static let columns: [Column] = money + times + what + place + unused + ours

  private static let money: [Column] = [
    ("BilledCost", { amount($0) }), ("EffectiveCost", { amount($0) }), ("ListCost", { amount($0) }), ("ContractedCost", { amount($0) }),
    ("BillingCurrency", { .exact($0.meter.hourly?.currency ?? "") }), ("PricingCurrency", { .exact($0.meter.hourly?.currency ?? "") }),
    ("ListUnitPrice", { rate($0) }), ("ContractedUnitPrice", { rate($0) }),
    ("PricingCurrencyListUnitPrice", { rate($0) }), ("PricingCurrencyContractedUnitPrice", { rate($0) }),
    ("PricingCurrencyEffectiveCost", { amount($0) }),
    ("PricingQuantity", { hours($0) }), ("PricingUnit", { _ in .exact("Hours") }),
    ("ConsumedQuantity", { hours($0) }), ("ConsumedUnit", { _ in .exact("Hours") }),
    ("PricingCategory", { .exact($0.subject.place.market == .spot && $0.meter.kind == .compute ? "Dynamic" : "Standard") }),
  ]

  private static let times: [Column] = [
    ("BillingPeriodStart", { .exact(stamp($0.day.startOfMonth.start)) }),
    ("BillingPeriodEnd", { .exact(stamp($0.day.startOfNextMonth.start)) }),
    ("ChargePeriodStart", { .exact(stamp($0.day.start)) }), ("ChargePeriodEnd", { .exact(stamp($0.day.end)) }),
  ]

  private static let what: [Column] = [
    ("ChargeCategory", { _ in .exact("Usage") }), ("ChargeClass", { _ in .none }),
    ("ChargeDescription", { .words($0.meter.name) }), ("ChargeFrequency", { _ in .exact("Usage-Based") }),
    ("ServiceCategory", { .exact(service($0.meter.kind).category) }),
    ("ServiceSubcategory", { .exact(service($0.meter.kind).subcategory) }),
    ("ServiceName", { .words("\($0.subject.place.provider) \($0.meter.kind.rawValue)") }),
    ("SkuId", { .words(sku($0)) }), ("SkuPriceId", { .words("\(sku($0))/\($0.subject.place.region)/\($0.subject.place.market.rawValue)") }),
    ("SkuMeter", { .exact("\($0.meter.kind.rawValue) hours") }), ("SkuPriceDetails", { _ in .none }),
  ]

  private static let place: [Column] = [
    ("BillingAccountId", { .words(account($0)) }), ("BillingAccountName", { .words(account($0)) }),
    ("BillingAccountType", { _ in .exact("Account") }),
    ("SubAccountId", { _ in .none }), ("SubAccountName", { _ in .none }), ("SubAccountType", { _ in .none }),
    // No invoice has come yet.
    ("InvoiceId", { _ in .none }),
    ("InvoiceIssuerName", { vendor($0) }), ("ProviderName", { vendor($0) }), ("PublisherName", { vendor($0) }),
    // Spellings that the validator's rules 1.0 still ask for.
    ("ChargeType", { _ in .exact("Usage") }), ("InvoiceIssuer", { vendor($0) }), ("Provider", { vendor($0) }),
    ("Publisher", { vendor($0) }),
    ("RegionId", { .words(region($0)) }), ("RegionName", { .words(region($0)) }), ("AvailabilityZone", { .words($0.subject.place.zone) }),
    ("ResourceId", { .words(resource($0)) }), ("ResourceID", { .words(resource($0)) }), ("ResourceName", { .words($0.subject.runName) }),
    ("ResourceType", { .words($0.subject.kind) }), ("Tags", { .exact(tags($0.subject)) }),
  ]

  /// What we know nothing of: discounts and reserved capacity are between the user and the vendor.
  private static let unused: [Column] = [
    "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
    "CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType", "CommitmentDiscountUnit",
  ].map { ($0, { _ in .none }) }

  private static let ours: [Column] = [
    ("x_Quality", { .exact($0.quality.rawValue) }), ("x_RateIsCeiling", { .exact($0.meter.isCeiling ? "true" : "false") }),
    ("x_RateSource", { .words($0.meter.source) }), ("x_RateAsOf", { .words($0.meter.asOf) }),
    ("x_Run", { .words($0.subject.runID?.rawValue) }), ("x_RunUid", { .words($0.subject.runUID) }),
    ("x_Project", { .words($0.subject.project) }), ("x_Intent", { .words($0.subject.intent.rawValue) }),
    ("x_UsageStart", { .exact(Timestamp.format($0.start)) }), ("x_UsageEnd", { .exact(Timestamp.format($0.end)) }),
  ]

  private static func amount(_ charge: CostCharge) -> CSVText.Field { .exact(MoneyText.full(charge.sum.amounts.first?.amount ?? 0)) }
  private static func rate(_ charge: CostCharge) -> CSVText.Field { .exact(MoneyText.full(charge.meter.hourly?.amount ?? 0)) }
  private static func hours(_ charge: CostCharge) -> CSVText.Field {
    .exact(MoneyText.full(Decimal(charge.milliseconds) / Decimal(CostSum.millisecondsAnHour)))
  }
  /// FOCUS has whole seconds.
  private static func stamp(_ date: Date) -> String { String(Timestamp.format(date).prefix(19)) + "Z" }
  /// With the provider's name before it: many accounts are numbers, which readers of CSV would take for such.
  private static func account(_ charge: CostCharge) -> String {
    "\(charge.subject.place.provider)/\(charge.subject.place.account)"
  }
  private static func vendor(_ charge: CostCharge) -> CSVText.Field { .words(charge.subject.place.provider.rawValue) }
  private static func region(_ charge: CostCharge) -> String? { charge.subject.place.region.isEmpty ? nil : charge.subject.place.region }
  private static func resource(_ charge: CostCharge) -> String { charge.subject.resource?.rawValue ?? charge.subject.intent.rawValue }
  private static func sku(_ charge: CostCharge) -> String {
    charge.meter.kind == .compute ? charge.subject.place.machine : charge.meter.name
  }

  private static func service(_ kind: Meter.Kind) -> (category: String, subcategory: String) {
    switch kind {
    case .compute: ("Compute", "Virtual Machines")
    case .disk: ("Storage", "Block Storage")
    case .address: ("Networking", "Network Infrastructure")
    case .storage: ("Storage", "Object Storage")
    }
  }

  /// A JSON object; a tag without a value is true, as FOCUS wants it.
  private static func tags(_ subject: CostSubject) -> String {
    var tags: [String: JSONValue] = Dictionary(subject.tags.map { ($0, .bool(true)) }) { first, _ in first }
    if let uid = subject.runUID { tags["runpilot:run"] = .string(uid) }
    if let project = subject.project { tags["runpilot:project"] = .string(project) }
    tags["runpilot:owner"] = .string(subject.owner)
    return JSONText.of(tags)
  }
}
