using Orrery.Bench.Dataflow;
using Orrery.Tests.Servers;

namespace Orrery.Grains.Tests.Sql;

/// <summary>The short form of <c>orrery bench nexmark --check</c>.</summary>
public sealed class NexmarkTests
{
    const int Events = 20_000;

    [Fact]
    public async Task Nexmarks_queries_hold_what_PostgreSQL_answers_over_the_same_events()
    {
        if (PostgreSqlServer.Missing is { } missing)
            Assert.Skip(missing);
        await using PostgreSqlServer server = await PostgreSqlServer.Start();
        using var check = new NexmarkCheck(Events, server.ConnectionString);
        await check.LoadAsync();
        foreach ((string name, string text, string postgreSql) in NexmarkChecked.All)
        {
            NexmarkVerdict verdict = await check.CompareAsync(name, text.Length > 0 ? text : NexmarkQueries.All.First(query => query.Name == name).Text, postgreSql);
            verdict.IsRefused.ShouldBe(name == "q12", $"{name}: {string.Join("; ", verdict.Wrong)}");
            if (verdict.IsRefused)
                continue;
            verdict.Wrong.ShouldBeEmpty($"{name} after {Events} events");
            verdict.Rows.ShouldBeGreaterThan(0, name);
        }
    }
}
