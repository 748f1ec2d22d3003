using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql;

sealed class SqlDirectoryState
{
    public SortedSet<string> Tenants { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class SqlDirectoryGrain : Grain, ISqlDirectoryGrain
{
    const int TenantsMax = 10_000;
    const int ConcurrencyMax = 16;

    readonly IPersistentState<SqlDirectoryState> stored;
    readonly StateWriter writer;
    readonly ILogger<SqlDirectoryGrain> logger;

    public SqlDirectoryGrain([PersistentState("sql-tenants")] IPersistentState<SqlDirectoryState> stored, ILogger<SqlDirectoryGrain> logger)
    {
        this.stored = stored;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task Add(string tenant)
    {
        if (stored.State.Tenants.Contains(tenant))
            return writer.Pending;
        if (stored.State.Tenants.Count >= TenantsMax)
            throw new LimitReachedException($"{TenantsMax} tenants have tables or views, which is the most.");
        stored.State.Tenants.Add(tenant);
        return writer.WriteAsync();
    }

    public Task Remove(string tenant) => stored.State.Tenants.Remove(tenant) ? writer.WriteAsync() : writer.Pending;

    public async Task WakeAll()
    {
        foreach (string[] part in stored.State.Tenants.ToArray().Chunk(ConcurrencyMax))
            await Task.WhenAll(part.Select(Wake));
    }

    async Task Wake(string tenant)
    {
        try
        {
            await GrainFactory.GetGrain<ISqlSchemaGrain>(tenant).Wake();
        }
        catch (Exception failure)
        {
            SqlMessages.NotWoken(logger, tenant, failure);
        }
    }
}
