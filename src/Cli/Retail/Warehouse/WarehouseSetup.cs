using Npgsql;
using Orrery.Cli.Management;
using Orrery.Interfaces.Topics;
using Orrery.Retail.Pipelines;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>Tenant, channel, views and sinks, as a person would make them by the web API.</summary>
sealed class WarehouseSetup(ApiSession api, IGrainFactory grains)
{
    public const string Tenant = "retail", Channel = "chain";
    const int StatementsAtOnce = 10, Partitions = 8;
    static readonly string[] Tables = ["gqsh_store.*", "gqsh_product.*", "gqsh_member.*", "gqsh_order.*", "gqsh_pos_order.*", "gqsh_traffic.*", "k3cloud.*"];

    /// <summary>The way from the source's binary log to the views.</summary>
    public async Task ViewsAsync(string mysql, CancellationToken cancellationToken)
    {
        await api.SendAsync(HttpMethod.Post, "tenants", new { id = Tenant, name = "Retail chain" }, cancellationToken);
        await api.SendAsync(HttpMethod.Put, $"tenants/{Tenant}/channels/{Channel}", new { partitions = Partitions, source = new { kind = "mysql", connection = mysql, tables = Tables } }, cancellationToken);
        string topic = $"{Tenant}.{Channel}";
        await RunAsync(RetailPipelines.Script(table => RetailPipelines.ChannelOptions(table, topic)).Split(";\n", StringSplitOptions.RemoveEmptyEntries), cancellationToken);
    }

    /// <summary>The ways from the views to the sinks.</summary>
    public async Task SinksAsync(NpgsqlDataSource database, string postgreSql, string redis, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand make = database.CreateCommand(RetailPipelines.PostgreSqlTables))
            await make.ExecuteNonQueryAsync(cancellationToken);
        foreach (string topic in RetailPipelines.OutputTopics)
            await grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { Partitions = Partitions, RetainAge = TimeSpan.FromDays(7) });
        await RunAsync(
            RetailPipelines.Sinks(RetailPipelines.PostgreSqlSinksFile, postgreSql).Concat(RetailPipelines.Sinks(RetailPipelines.TopicSinksFile, null)).Concat(RetailPipelines.Sinks(RetailPipelines.RedisSinksFile, redis))
                .SelectMany(static sink => new[] { sink.Table, sink.Insert }),
            cancellationToken);
    }

    /// <summary>A few at once: each is done when the views have it, and a call does not wait for ever.</summary>
    async Task RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (string[] some in statements.Chunk(StatementsAtOnce))
            await api.SendAsync(HttpMethod.Post, $"tenants/{Tenant}/sql", new { text = string.Join(";\n", some) }, cancellationToken);
    }
}
