using Orrery.Connectors.Dialects;
using Orrery.Grains.Channels;
using Orrery.Grains.Secrets;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Opens sinks, after their addresses were checked against what the administrator allows now. Connections are sealed in definitions: nobody reads them back.</summary>
sealed class SinkOpener(IGrainFactory grains, SecretBox secrets, ChannelOptions channels, TimeProvider time)
{
    public const string SealedPrefix = "sealed:";
    const string Purpose = "sql connector";

    /// <summary>Options whose values are secrets.</summary>
    public static readonly string[] Secrets = ["connection", "url"];

    public string Seal(string secret) => secret.StartsWith(SealedPrefix, StringComparison.Ordinal) ? secret : SealedPrefix + Convert.ToBase64String(secrets.Seal(secret, Purpose));

    /// <summary>Checks what can be checked without connecting.</summary>
    /// <exception cref="InvalidInputException">An option is missing, or not allowed.</exception>
    public void Check(Relation relation)
    {
        TableOptions table = TableOptions.Of(relation);
        if (table.IsScheduled)
        {
            Readings.ReadingSchedule.Of(relation);
            Readings.DatabaseReading.Check(relation);
        }

        switch (table.Connector)
        {
            case "postgresql" or "mysql" or "sqlserver":
                ChannelSpecs.CheckHost("text", SourceConnections.HostOf(table.Connector, Secret(relation, "connection")), channels);
                break;
            case "sqlite":
                StoreAddresses.Check("text", new Uri(Path.GetFullPath(SqliteFile(Secret(relation, "connection")))).AbsoluteUri, channels);
                break;
            case "redis":
                foreach (string part in Secret(relation, "connection").Split(',').Where(static part => !part.Contains('=', StringComparison.Ordinal)))
                    ChannelSpecs.CheckHost("text", part.Split(':')[0], channels);
                if (relation.PrimaryKey.Count == 0)
                    throw new InvalidInputException("text", $"Table '{relation.Name}' goes to Redis, by key: give it a primary key.");
                break;
            case "webhook":
                ChannelSpecs.CheckHost("text", Address(relation).Host, channels);
                break;
            case "sensors":
                ChannelSpecs.CheckHost("text", Address(relation).Host, channels);
                SensorsOptions.Of(relation);
                break;
            case "file":
                StoreAddresses.Check("text", new Uri(Path.GetFullPath(Option(relation, "path"))).AbsoluteUri, channels);
                break;
        }
    }

    /// <param name="insert">The insert's name.</param>
    /// <param name="version">Of its definition: one that is made anew begins anew.</param>
    /// <param name="partition">Of the dataflow: each is a writer of its own.</param>
    public ISink Open(Relation relation, string tenant, string insert, long version, int partition = 0)
    {
        Check(relation);
        relation = SinkTypes.Written(relation);
        TableOptions table = TableOptions.Of(relation);
        string part = partition == 0 ? "" : $"/{partition}";
        long id = TopicWriter.ProducerOf($"sql/{tenant}/{insert}@{version}{part}");
        switch (table.Connector)
        {
            case TableOptions.TopicConnector:
                return new TopicSink(grains, relation, table.Topic, id, time);
            case "redis":
                return new RedisSink(relation, Secret(relation, "connection"), (relation.Options.TryGetValue("prefix", out string? prefix) && prefix.Length > 0 ? prefix : relation.Name).TrimEnd(':'), id, time);
            case "webhook":
                return new WebhookSink(relation, Address(relation), $"{tenant}/{insert}{part}");
            case "sensors":
                return new SensorsSink(relation, SensorsOptions.Of(relation), Address(relation), $"{tenant}/{insert}{part}");
            case "file":
                return new FileSink(relation, Path.Combine(Path.GetFullPath(Option(relation, "path")), $"{SqlKeys.Part(relation.Name)}-{version}{part.Replace('/', '-')}"));
            default:
                return DialectList.TryFind(table.Connector, out IDialect? dialect)
                    ? new DatabaseSink(relation, dialect, Secret(relation, "connection"), relation.Options.TryGetValue("table", out string? name) ? name : relation.Name, id)
                    : throw new InvalidInputException("text", $"Nothing is known of the connector '{table.Connector}'.");
        }
    }

    /// <summary>How the database of a table is reached. A secret.</summary>
    public string ConnectionOf(Relation relation) => Secret(relation, "connection");

    Uri Address(Relation relation) => Uri.TryCreate(Secret(relation, "url"), UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
        ? address
        : throw new InvalidInputException("text", $"Table '{relation.Name}': the option 'url' is no address of http or https.");

    string Secret(Relation relation, string key)
    {
        string text = Option(relation, key);
        return text.StartsWith(SealedPrefix, StringComparison.Ordinal) ? secrets.Open(Convert.FromBase64String(text[SealedPrefix.Length..]), Purpose) : text;
    }

    static string Option(Relation relation, string key) =>
        relation.Options.TryGetValue(key, out string? value) && value.Length > 0 ? value : throw new InvalidInputException("text", $"Table '{relation.Name}': the option '{key}' is missing.");

    static string SqliteFile(string connection)
    {
        var parts = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connection };
        foreach (string name in new[] { "data source", "datasource", "filename" })
            if (parts.TryGetValue(name, out object? file) && file.ToString() is { Length: > 0 } path && !path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
                return path;
        throw new InvalidInputException("text", "The connection to sqlite names no file: write Data Source=/folder/file.db.");
    }
}
