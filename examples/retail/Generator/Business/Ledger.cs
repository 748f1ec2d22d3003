namespace Orrery.Retail.Business;

/// <summary>Balances of the accounts by period, updated in place; a period begins with the end of the one before.</summary>
sealed class Ledger
{
    public const long Stock = 1405, Receivables = 1122, Payables = 2202, Revenue = 6001, Cost = 6401;
    const long Book = 100_001;

    readonly Dictionary<long, Row> balances = [];

    /// <summary>Books an amount from one account to another.</summary>
    public void Enter(Work work, long debit, long credit, decimal amount)
    {
        Change(work, debit, amount, 0);
        Change(work, credit, 0, amount);
    }

    void Change(Work work, long account, decimal debit, decimal credit)
    {
        if (!balances.TryGetValue(account, out Row? balance) || balance.Integer("FYEAR") != work.Now.Year || balance.Integer("FPERIOD") != work.Now.Month)
        {
            decimal begin = balance?.Decimal("FENDBALANCE") ?? 0;
            balances[account] = balance = work.Insert(
                "t_gl_balance", account * 1_000_000 + work.Now.Year * 100 + work.Now.Month, Book, account, work.Now.Year, work.Now.Month, begin, 0m, 0m, begin);
        }

        work.Update(
            balance, ("FDEBIT", balance.Decimal("FDEBIT") + debit), ("FCREDIT", balance.Decimal("FCREDIT") + credit), ("FENDBALANCE", balance.Decimal("FENDBALANCE") + debit - credit));
    }
}
