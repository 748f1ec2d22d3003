namespace Orrery.Retail.Business;

/// <summary>What is in stock: a row for each stock and material, updated in place. FQTY of some stays 0, as happens with goods counted in their base unit alone.</summary>
sealed class Warehouse
{
    readonly Dictionary<(long Stock, long Material, long Owner), Row> balances = [];

    /// <summary>Goods come or go, of head office or kept for a shop. A balance may fall below zero for a while, as it does where goods are booked late.</summary>
    public void Change(Work work, long organization, long stock, long material, long owner, decimal quantity)
    {
        if (!balances.TryGetValue((stock, material, owner), out Row? balance))
        {
            balances[(stock, material, owner)] = work.Insert(
                "t_stk_inventory", $"inv-{stock}-{material}-{owner}", organization, stock, material, 0, owner, 10_000, quantity, work.Happens(70) ? quantity : 0m, work.Now);
            return;
        }

        decimal now = balance.Decimal("FBASEQTY") + quantity;
        if (now == 0 && work.Happens(50))
        {
            // An empty balance is cleared away.
            work.Delete(balance);
            balances.Remove((stock, material, owner));
            return;
        }

        work.Update(balance, ("FBASEQTY", now), ("FQTY", balance.Decimal("FQTY") == 0 ? 0m : balance.Decimal("FQTY") + quantity), ("FUPDATETIME", work.Now));
    }
}
