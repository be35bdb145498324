import Testing

@testable import Collector

@Suite("The memory budget")
struct MemoryBudgetTests {
    @Test("The budget takes no more than it has, and gets everything back")
    func budget() {
        let budget = MemoryBudget(capacity: 100)
        holdAndHandOver(budget)
        #expect(budget.usedBytes == 25)
        #expect(error(of: 80, in: budget) == .usedUp)
        #expect(budget.usedBytes == 25)
        budget.giveBack(25)
        #expect(error(of: 80, in: budget) == nil)
        #expect(error(of: 101, in: budget) == .neverFits(capacity: 100))
        #expect(budget.usedBytes == 0)
    }

    private func holdAndHandOver(_ budget: MemoryBudget) {
        var reservation = Reservation(in: budget)
        do throws(BudgetError) { try reservation.grow(to: 60) } catch { Issue.record(error) }
        let used = budget.usedBytes
        let fits = budget.take(41)
        #expect(used == 60)
        #expect(!fits)
        reservation.handOver(25)
    }

    private func error(of bytes: Int, in budget: MemoryBudget) -> BudgetError? {
        var reservation = Reservation(in: budget)
        do throws(BudgetError) { try reservation.grow(to: bytes) } catch { return error }
        return nil
    }
}
