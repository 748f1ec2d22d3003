using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>What a tenant leaves behind.</summary>
public sealed class DeletedTenantTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_tenant_of_the_same_name_finds_nothing_of_the_one_that_was_deleted(int partitions)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        const string Tables = """
            CREATE TABLE orders (id BIGINT, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW total AS SELECT SUM(amount) AS amount FROM orders;
            """;
        await fleet.RunAsync(Tables + "INSERT INTO orders VALUES (1, 10), (2, 20)");
        await fleet.UntilAsync("SELECT amount FROM total", "[[30]]");

        ITenantGrain tenant = fleet.Grains.GetGrain<ITenantGrain>(SqlFleet.Tenant);
        await tenant.Delete(null);
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.Relations());
        Directory.EnumerateFiles(fleet.Checkpoints, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        for (int partition = 0; partition < partitions; partition++)
            (await fleet.Grains.GetGrain<ITopicPartitionGrain>("acme.sql-orders/0").Info()).Holds.Keys.ShouldNotContain($"sql of acme/{partition}");

        await tenant.Create(new TenantDraft("Another"));
        (await fleet.Sql.Relations()).ShouldBeEmpty();
        await fleet.RunAsync(Tables);
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe("[[0]]");
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 5)");
        await fleet.UntilAsync("SELECT amount FROM total", "[[5]]");
        // And so it is when it has to be made again.
        await fleet.CrashAsync();
        await fleet.UntilAsync("SELECT amount FROM total", "[[5]]");
        (await fleet.AskAsync("SELECT id, amount FROM orders")).ShouldBe("[[1,5]]");
    }
}
