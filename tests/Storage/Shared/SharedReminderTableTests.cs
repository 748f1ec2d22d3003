using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;
using Orrery.Storage.Hosting;

namespace Orrery.Storage.Tests.Shared;

/// <summary>Reminders in a real server.</summary>
public abstract class SharedReminderTableTests : ReminderTableCompliance, IAsyncDisposable
{
    SharedStore? silo;

    public async ValueTask DisposeAsync()
    {
        if (silo is not null) await silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<StorageConnection> NewAsync();

    protected override async Task<IReminderTable> CreateAsync() => (silo = new(await NewAsync())).Reminders;
}

public sealed class PostgreSqlReminderTableTests(Servers servers) : SharedReminderTableTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewPostgreSqlAsync();
}

public sealed class RedisReminderTableTests(Servers servers) : SharedReminderTableTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewRedisAsync();
}

public sealed class MariaDbReminderTableTests(Servers servers) : SharedReminderTableTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewMariaDbAsync();
}

public sealed class SqlServerReminderTableTests(Servers servers) : SharedReminderTableTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewSqlServerAsync();
}
