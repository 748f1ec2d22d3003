using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
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

    readonly WokenKeys tenants;

    public SqlDirectoryGrain([PersistentState("sql-tenants")] IPersistentState<SqlDirectoryState> stored, ILogger<SqlDirectoryGrain> logger) => tenants = new WokenKeys(
        () => stored.State.Tenants, new StateWriter(stored, DeactivateOnIdle), TenantsMax, $"{TenantsMax} tenants have tables or views, which is the most.",
        tenant => GrainFactory.GetGrain<ISqlSchemaGrain>(tenant).Wake(), (tenant, failure) => SqlMessages.NotWoken(logger, tenant, failure));

    public Task Add(string tenant) => tenants.AddAsync(tenant);

    public Task Remove(string tenant) => tenants.RemoveAsync(tenant);

    public Task WakeAll() => tenants.WakeAllAsync();
}
