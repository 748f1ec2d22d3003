using Orrery.Retail.Business;
using Orrery.Retail.Changes;

namespace Orrery.Retail.Tests;

/// <summary>A history of the chain by the clock of a test: half a minute between two transactions.</summary>
internal static class History
{
    public static IEnumerable<RetailTransaction> Of(int seed, int transactions, RetailOptions? options = null)
    {
        var model = new RetailModel((options ?? new RetailOptions { Shops = 8, Products = 40, Members = 40, Remembered = 200 }) with { Seed = seed });
        var at = new DateTime(2026, 1, 30, 0, 0, 0, DateTimeKind.Utc);
        for (int number = 0; number < transactions; number++)
            yield return model.Next(at = at.AddSeconds(30));
    }
}
