using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Channels;

/// <summary>Checks what a channel is to be, against the bounds and what the administrator allows.</summary>
static class ChannelSpecs
{
    /// <summary>Kinds of sources beside databases.</summary>
    public const string Objects = "objects", Agents = "agents", Landed = "landed";

    public const string MySql = "mysql", SqlServer = "sqlserver";

    public const string SourcePurpose = "channel source", StorePurpose = "channel store";
    const int DescriptionLengthMax = 500, TablesMax = 1_000, PatternLengthMax = 200, PartitionsMax = 256, RetainDaysMax = 3_650, ConnectionLengthMax = 4_000;

    static readonly string[] Databases = [MySql, "postgresql", SqlServer];

    /// <summary>Whether a collector carries it: log lines that agents shipped.</summary>
    public static bool IsCollected(SourceSpec source) => source.Kind is Objects or Agents;

    /// <summary>Whether its records may be compact changes.</summary>
    public static bool GivesChanges(SourceSpec source) => (IsDatabase(source) && source.Format != "canal") || source.Kind == Landed;

    public static bool IsDatabase(SourceSpec source) => Databases.Contains(source.Kind);

    /// <summary>The spec as it is kept: defaults filled in, secrets taken out.</summary>
    /// <exception cref="InvalidInputException">A field cannot be used.</exception>
    public static ChannelSpec Check(ChannelSpec spec, bool hasConnection, bool hasStore, ChannelOptions options)
    {
        Range("partitions", spec.Partitions, 1, PartitionsMax);
        Range("retainDays", spec.RetainDays, 1, RetainDaysMax);
        if (spec is { Source: null, Landing: null })
            throw new InvalidInputException("source", "The channel has neither a source nor a landing, so it would do nothing. Give it one of them, or both.");
        return spec with
        {
            Description = Input.InputChecks.Text("description", spec.Description, DescriptionLengthMax),
            Source = spec.Source is null ? null : Check(spec.Source, hasConnection, options),
            Landing = spec.Landing is null ? null : Check(spec.Landing, hasStore, options),
        };
    }

    static SourceSpec Check(SourceSpec source, bool hasConnection, ChannelOptions options)
    {
        if (!IsDatabase(source) && source.Kind is not (Objects or Agents or Landed))
            throw new InvalidInputException("source.kind", $"'{source.Kind}' is no kind of source; there are {string.Join(", ", Databases)}, {Objects}, {Agents} and {Landed}.");
        if (source is { Kind: Agents, Connection.Length: > 0 })
            throw new InvalidInputException("source.connection", "Agents send their batches here; there is nothing to connect to. Leave the connection out.");
        if (source is { Kind: not Agents, Connection: { } connection })
        {
            if (connection.Length is 0 or > ConnectionLengthMax)
                throw new InvalidInputException("source.connection", $"The connection has {connection.Length} characters; give it 1 to {ConnectionLengthMax}.");
            if (IsDatabase(source))
                CheckHost("source.connection", SourceConnections.HostOf(source.Kind, connection), options);
            else
                StoreAddresses.Check("source.connection", connection, options);
        }
        else if (!hasConnection && source.Kind is not (Landed or Agents))
        {
            throw new InvalidInputException("source.connection", "The source has no connection. Give it one; it is stored sealed.");
        }

        if (source.Tables.Length > TablesMax)
            throw new InvalidInputException("source.tables", $"{source.Tables.Length} tables are named; at most {TablesMax} can be.");
        if (IsDatabase(source) && source.Tables.Length == 0)
            throw new InvalidInputException("source.tables", source.Kind == MySql ? "No table is named. Write database.table, or database.* for all of them." : "No table is named. Write schema.table.");
        if (source.Kind == Landed && source.Tables.Length != 1)
            throw new InvalidInputException("source.tables", $"{source.Tables.Length} topics are named; name the one whose files are read.");
        foreach (string table in source.Tables)
            if (table.Length is 0 or > PatternLengthMax || (IsDatabase(source) && table.IndexOf('.', StringComparison.Ordinal) is -1 or 0))
                throw new InvalidInputException("source.tables", $"'{(table.Length > PatternLengthMax ? table[..PatternLengthMax] : table)}' names no table: write database.table, each part a name or '*'.");
        if (IsDatabase(source) && source.Kind != MySql && source.Tables.FirstOrDefault(static table => table.Contains('*', StringComparison.Ordinal)) is { } pattern)
            throw new InvalidInputException("source.tables", $"'{pattern}' is a pattern; {source.Kind} has its tables named one by one, as schema.table.");
        string format = source.Format.Length > 0 ? source.Format : IsDatabase(source) ? "compact" : "auto";
        if (IsCollected(source) && !Collecting.LineParsers.Knows(format))
            throw new InvalidInputException("source.format", $"'{format}' is no log format; there are auto and {Collecting.LineParsers.Names}.");
        if (IsDatabase(source) && format is not ("compact" or "canal"))
            throw new InvalidInputException("source.format", $"'{format}' is no form of changes; there are compact and canal.");
        return source with { Connection = null, Format = format };
    }

    static LandingSpec Check(LandingSpec landing, bool hasStore, ChannelOptions options)
    {
        if (landing.Format is not ("jsonl" or "csv"))
            throw new InvalidInputException("landing.format", $"'{landing.Format}' is no form of files; there are jsonl and csv.");
        Range("landing.rollSeconds", landing.RollSeconds, 1, 86_400);
        Range("landing.rollRecords", landing.RollRecords, 1, 10_000_000);
        if (!string.IsNullOrEmpty(landing.Store))
            StoreAddresses.Check("landing.store", landing.Store, options);
        else if (!hasStore && options.LakeFolder.Length == 0)
            throw new InvalidInputException("landing.store", "The landing names no store, and this installation has no lake folder (Orrery:Channels:LakeFolder).");
        return landing with { Store = null };
    }

    /// <exception cref="InvalidInputException">The administrator does not allow the host.</exception>
    public static void CheckHost(string field, string host, ChannelOptions options)
    {
        if (!options.Hosts.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, host)))
            throw new InvalidInputException(field, $"The host '{host}' is not one that channels may reach. An administrator can allow it with Orrery:Channels:Hosts; allowed are {string.Join(", ", options.Hosts)}.");
    }

    static void Range(string field, int value, int least, int most)
    {
        if (value < least || value > most)
            throw new InvalidInputException(field, $"{field} is {value}; it must be {least} to {most}.");
    }
}
