import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import Orchestration

@Suite("Where a run may go")
struct ItineraryTests {
  private func stop(_ provider: ProviderID, _ machine: String, _ price: String?, _ currency: String = "USD") -> Itinerary.Stop {
    Itinerary.Stop(
      provider: provider, place: RentalPlace(provider: provider, account: "a", region: "", machine: machine),
      price: price.flatMap { Decimal(string: $0) }.map { Money($0, currency) })
  }

  @Test("the cheapest of all comes first: a provider's dearer places wait until a cheaper one elsewhere was tried; unknown prices are last")
  func byPrice() {
    let legs = Itinerary.legs([
      stop("a", "small", "1"), stop("a", "medium", "1.5"), stop("a", "large", "5"), stop("b", "one", "2"), stop("c", "x", nil),
      stop("b", "two", "6"),
    ])
    #expect(legs.map(\.provider) == ["a", "b", "a", "b", "c"])
    #expect(legs.map { $0.places?.map(\.machine).sorted() } == [["medium", "small"], ["one"], ["large"], ["two"], ["x"]])
  }

  @Test("equal prices keep the order of the providers; what costs nothing and has no places is a leg, too")
  func equal() {
    let here = Itinerary.Stop(provider: "local", place: nil, price: .zero)
    #expect(Itinerary.legs([stop("b", "m", "1"), stop("a", "m", "1"), here]).map(\.provider) == ["local", "b", "a"])
    #expect(Itinerary.legs([here]).first?.places == nil)
    #expect(Itinerary.legs([]).isEmpty)
  }

  @Test("what costs nothing comes first in whatever currency; that prices of two were not compared is said")
  func currencies() {
    let here = Itinerary.Stop(provider: "local", place: nil, price: .zero)
    let stops = [stop("b", "m", "1"), stop("a", "m", "2", "EUR"), stop("d", "m", "0", "NOK"), here]
    #expect(Itinerary.legs(stops).map(\.provider) == ["d", "local", "a", "b"])
    #expect(Itinerary.remark(stops)?.contains("EUR and USD were not compared") == true)
    #expect(Itinerary.remark([stop("b", "m", "1"), stop("d", "m", "0", "NOK"), stop("c", "m", nil), here]) == nil)
  }
}
