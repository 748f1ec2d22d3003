using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Grains;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Chunks;
using Orrery.Storage.Sqlite;

namespace Orrery.Bench.Views;

/// <summary>A silo in this process as the product runs one: the embedded log and the SQLite file in a folder of the bench's own, and a tenant.</summary>
sealed class ViewsSilo : IAsyncDisposable
{
    public const string Tenant = "bench";

    readonly IHost host;
    readonly string tenant;

    ViewsSilo(IHost host, string tenant) => (this.host, this.tenant) = (host, tenant);

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public ISqlSchemaGrain Sql => Grains.GetGrain<ISqlSchemaGrain>(tenant);

    public static async Task<ViewsSilo> StartAsync(BenchContext context, string name, Action<Orrery.Grains.Sql.SqlOptions>? configure = null, string tenant = Tenant)
    {
        string folder = Path.Combine(context.Scratch, name);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddGrains(typeof(GrainServices).Assembly).AddSqliteStorage(options => options.DataDirectory = folder));
        builder.Services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = Path.Combine(folder, "log") });
        builder.Services.AddSingleton<IChunkStore>(new MemoryChunkStore());
        builder.Services.Configure<Orrery.Grains.Sql.SqlOptions>(options =>
        {
            options.CheckpointFolder = Path.Combine(folder, "checkpoints");
            configure?.Invoke(options);
        });
        builder.Services.AddOrreryGrains(_ => new byte[SecretBox.KeyBytes]);
        IHost host = builder.Build();
        await host.StartAsync();
        var silo = new ViewsSilo(host, tenant);
        await silo.Grains.GetGrain<ITenantGrain>(tenant).Create(new TenantDraft("Bench"));
        return silo;
    }

    public Task<IReadOnlyList<SqlResult>> RunAsync(string text) => Sql.Run(new SqlRequest(text, "bench", MayChange: true));

    /// <summary>The first value of a query's answer as a whole number; 0 where there is none.</summary>
    public async Task<long> AskAsync(string query)
    {
        using var rows = System.Text.Json.JsonDocument.Parse((await RunAsync(query))[^1].Rows.Utf8);
        return rows.RootElement.GetArrayLength() > 0 && rows.RootElement[0][0] is { ValueKind: System.Text.Json.JsonValueKind.Number } value ? value.GetInt64() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    /// <summary>A row of a table with the columns (number, kind, amount).</summary>
    public static byte[] Row(long number, int kinds) => Encoding.UTF8.GetBytes($"[{number},{number % kinds},{number * 7919 % 100_000}]");
}
