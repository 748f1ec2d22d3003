using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql;

/// <summary>What a table's WITH says: where its rows come from or go to.</summary>
/// <param name="Connector"><c>topic</c>, <c>nexmark</c>, a sink's; empty: a table of one's own.</param>
/// <param name="Topic">Of a topic.</param>
/// <param name="Format"><c>change</c>, <c>canal</c>, <c>debezium</c>, <c>maxwell</c>, <c>json</c>, <c>csv</c>.</param>
/// <param name="SourceTable"><c>database.table</c>, where a topic holds changes of several; empty: all of them.</param>
/// <param name="OnSchemaChange">What happens where the source's columns become others: <c>continue</c>, <c>pause</c>, <c>adapt</c>. See <see cref="Sources.SourceWatch"/>.</param>
/// <param name="FromLatest">Whether what is in the topic already is passed over.</param>
sealed record TableOptions(string Connector, string Topic, string Format, string SourceTable, bool FromLatest, string OnSchemaChange)
{
    public const string Continue = "continue", Pause = "pause", Adapt = "adapt";
    static readonly string[] Policies = [Continue, Pause, Adapt];
    public const string Own = "", TopicConnector = "topic", Nexmark = "nexmark";
    static readonly string[] Formats = ["change", "canal", "debezium", "maxwell", "json", "csv"];
    static readonly string[] Databases = ["postgresql", "mysql", "sqlserver", "sqlite"];
    static readonly string[] Sinks = ["postgresql", "mysql", "sqlserver", "sqlite", "redis", "webhook", "sensors", "file"];

    /// <summary>Rows are kept here, given by INSERT or by the API.</summary>
    public bool IsOwn => Connector == Own;

    /// <summary>Rows are read from a database again and again, and what differs goes into a topic of the table's own.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>Its rows lie in a topic that is nobody else's.</summary>
    public bool HasOwnTopic => IsOwn || IsScheduled;

    /// <summary>Rows can be read from it.</summary>
    public bool IsSource => IsScheduled || Connector is Own or TopicConnector or Nexmark;

    /// <summary>INSERT INTO it runs for ever.</summary>
    public bool IsSink => !IsScheduled && (Connector == TopicConnector || Sinks.Contains(Connector));

    /// <summary>A sink that has rows by key, and puts one in the place of another; where its table has a key.</summary>
    public bool ReplacesByKey => !IsScheduled && (Connector == "redis" || Databases.Contains(Connector));

    /// <exception cref="InvalidInputException">An option is missing or cannot be used.</exception>
    public static TableOptions Of(Relation relation)
    {
        string Option(string key, string otherwise = "") => relation.Options.TryGetValue(key, out string? value) ? value : otherwise;
        string connector = Option("connector").ToLowerInvariant();
        if (connector is not (Own or TopicConnector or Nexmark) && !Sinks.Contains(connector))
            throw Wrong(relation, "connector", connector, $"topic, nexmark, {string.Join(", ", Sinks)}, or leave it out for a table of your own");
        string format = Option("format", connector == TopicConnector ? "json" : "").ToLowerInvariant();
        string topic = Option("topic");
        string onSchemaChange = Option("on-schema-change", Continue).ToLowerInvariant();
        if (!Policies.Contains(onSchemaChange))
            throw Wrong(relation, "on-schema-change", onSchemaChange, string.Join(", ", Policies));
        string startup = Option("scan.startup", "earliest").ToLowerInvariant();
        if (connector == TopicConnector)
        {
            if (topic.Length == 0)
                throw Wrong(relation, "topic", topic, "the name of a topic of the tenant");
            if (!Formats.Contains(format))
                throw Wrong(relation, "format", format, string.Join(", ", Formats));
            if (startup is not ("earliest" or "latest"))
                throw Wrong(relation, "scan.startup", startup, "earliest or latest");
        }

        return new TableOptions(connector, topic, format, Option("table"), startup == "latest", onSchemaChange) { IsScheduled = Databases.Contains(connector) && Readings.ReadingSchedule.IsIn(relation) };
    }

    static InvalidInputException Wrong(Relation relation, string key, string value, string allowed) =>
        new("text", $"Table '{relation.Name}': the option '{key}' is '{value}'; it can be {allowed}.");
}
