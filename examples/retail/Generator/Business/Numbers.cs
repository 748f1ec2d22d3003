namespace Orrery.Retail.Business;

/// <summary>Ids of rows, one row of numbers for all tables.</summary>
sealed class Numbers
{
    long last = 100_000;

    public long Next() => ++last;
}
