namespace Orrery.Retail.Business;

/// <summary>Ids of rows, one row of numbers for all tables.</summary>
sealed class Numbers(long first)
{
    long last = first - 1;

    public long Next() => ++last;
}
