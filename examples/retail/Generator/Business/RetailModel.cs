using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Business;

/// <summary>
/// A chain of shops with head office: what happens there, as transactions over the source tables. First come the master data, then, transaction by transaction, one thing that happens: an order, a payment,
/// a delivery, a return, a receipt of a till, a purchase, an audit, a visit. Which, and to whom, follows from the seed; when, from the clock that it is given.
/// Master data and balances have the same keys at every start, so that a chain can be played on over the tables of an earlier one.
/// It remembers what something can still happen to, up to a bound, and not its tables: see <see cref="RetailState"/>. For one thread at a time.
/// </summary>
public sealed class RetailModel
{
    readonly Random random;
    readonly HeadOffice office;
    readonly OrderCentre orders;
    readonly Tills tills;
    readonly Erp erp;
    readonly Queue<Action<Work>> opening = [];
    readonly (int Weight, Action<Work> Happening)[] happenings;
    readonly int weights;
    long number;

    public RetailModel(RetailOptions options)
    {
        options.Checked();
        random = new Random(options.Seed);
        var numbers = new Numbers(options.FirstNumber);
        office = new HeadOffice(options, numbers);
        orders = new OrderCentre(options, numbers, office);
        tills = new Tills(options, numbers, office);
        erp = new Erp(options, numbers, office);
        foreach (Action<Work> step in office.Opening().Concat(erp.Opening()))
            opening.Enqueue(step);
        happenings =
        [
            (16, orders.Make), (40, orders.Advance), (4, orders.AskAfterSales), (6, orders.AdvanceAfterSales), (1, orders.Purge), (2, orders.Rekey),
            (12, tills.Sell), (2, tills.TakeBack),
            (5, erp.OrderGoods), (5, erp.BuyGoods), (36, erp.Advance), (1, erp.MoveGoods), (1, erp.Produce),
            (2, office.ChangePrice), (2, office.Register), (1, office.ChangeShop), (8, office.Visit),
        ];
        weights = happenings.Sum(static each => each.Weight);
    }

    /// <summary>Whether the master data are still to come.</summary>
    public bool IsOpening => opening.Count > 0;

    /// <summary>The next transaction.</summary>
    /// <param name="at">In UTC; its parts below a second are dropped.</param>
    public RetailTransaction Next(DateTime at)
    {
        at = new DateTime(at.Ticks - at.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        while (true)
        {
            var work = new Work(RetailSchema.Instance, random, at);
            if (opening.TryDequeue(out Action<Work>? step))
                step(work);
            else
                Choose()(work);
            // Nothing may have been there for it to happen to; an order can always be made.
            if (work.Changes.Count > 0)
                return new RetailTransaction(++number, at, work.Changes);
        }
    }

    Action<Work> Choose()
    {
        int place = random.Next(weights);
        foreach ((int weight, Action<Work> happening) in happenings)
            if ((place -= weight) < 0)
                return happening;
        return orders.Make;
    }
}
