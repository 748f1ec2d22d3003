using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Grains.Channels;
using Orrery.Grains.Checks.Batches;
using Orrery.Grains.Secrets;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Checks;

/// <summary>Which database a check reads, and which channel's positions are its own.</summary>
/// <param name="Channel">The channel whose topic holds the changes of this very database with their positions; null: there is none.</param>
/// <param name="Note">Why there is no such channel; null: there is one.</param>
sealed record CheckedDatabase(string Kind, string Connection, string? Channel, string? Note)
{
    /// <exception cref="RefusalException">Nothing says how to connect.</exception>
    public static async Task<CheckedDatabase> FindAsync(IGrainFactory grains, string tenant, CheckSpec spec, byte[]? sealedConnection, SecretBox secrets, BatchPlan plan)
    {
        string? channel = spec.Channel is { } named ? $"{tenant}/{named}" : await ChannelOfAsync(grains, tenant, plan);
        CarriedSource? carried = channel is null ? null : await grains.GetGrain<IChannelOrders>(channel).CarriedSource();
        SourceSpec? source = carried?.Spec.Source;
        string? own = sealedConnection is null ? null : secrets.Open(sealedConnection, CheckSpecs.Purpose);
        if (own is null && (carried?.Secret is null || source is not { Kind: CheckSpecs.MySql or CheckSpecs.PostgreSql }))
        {
            throw new ConflictException(channel is null
                ? "Nothing says in which database the queries are run: no channel of the tenant gives the tables their changes. Give the check a connection."
                : $"The channel {channel} has no connection to a database that checks read. Give the check a connection of its own.");
        }

        string kind = own is null ? source!.Kind : spec.Kind, connection = own ?? secrets.Open(carried!.Secret!, ChannelSpecs.SourcePurpose);
        string? note = kind != CheckSpecs.MySql ? "The database tells no position of a picture of its tables; rows that differed were looked at again."
            : channel is null ? "The tables are not fed by one channel of the tenant; rows that differed were looked at again."
            : source is not { Kind: CheckSpecs.MySql } || plan.Tables.Values.Any(table => !table.HoldsSequences || table.Topic != ChannelKeys.Topic(channel))
                ? $"Not all tables read Orrery's own changes of the channel {channel}, which have the database's positions; rows that differed were looked at again."
            : own is not null && !IsSameServer(own, secrets.Open(carried!.Secret!, ChannelSpecs.SourcePurpose)) ? $"The check reads another server than the channel {channel}; rows that differed were looked at again." : null;
        return new CheckedDatabase(kind, connection, note is null ? channel : null, note);
    }

    public IBatchSource Open(BatchPlan plan, TimeSpan timeout, CancellationToken cancellationToken) => Kind == CheckSpecs.PostgreSql
        ? PostgreSqlBatchSource.Open(Connection, plan, timeout, cancellationToken)
        : MySqlBatchSource.Open(Connection, plan, timeout, cancellationToken);

    static bool IsSameServer(string one, string other)
    {
        MySqlEndpoint left = MySqlEndpoint.Parse(one), right = MySqlEndpoint.Parse(other);
        return left.Host == right.Host && left.Port == right.Port;
    }

    /// <summary>The channel whose topic the tables read; null: there is none, or they read several.</summary>
    static async Task<string?> ChannelOfAsync(IGrainFactory grains, string tenant, BatchPlan plan)
    {
        string[] topics = [.. plan.Tables.Values.Select(static table => table.Topic).Distinct()];
        if (topics.Length != 1)
            return null;
        string[] channels = await grains.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).List(tenant);
        return channels.FirstOrDefault(channel => ChannelKeys.Topic(channel) == topics[0]);
    }
}
