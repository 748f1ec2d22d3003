using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>The options that WITH can have. One that nobody knows is refused where it is written: passed over, a slip of the pen would do something else than is meant.</summary>
static class OptionNames
{
    static readonly string[] OfTables =
    [
        "append-only", "at", "batch-rows", "connection", "connector", "distinct-id", "event", "events", "every", "format", "on-error", "on-schema-change", "path", "prefix", "query", "rate", "scan.startup", "seed", "table",
        "time", "time-zone", "topic", "type", "url",
    ];

    static readonly Dictionary<string, string[]> OfViews = new(StringComparer.OrdinalIgnoreCase) { ["on-error"] = ["fail", "null", "dead-letter"], ["rows"] = ["kept", "computed"] };

    /// <exception cref="InvalidInputException">There is no such option, or a view's cannot have its value.</exception>
    public static void Check(Relation relation)
    {
        bool isTable = relation.Kind == RelationKind.Table;
        foreach ((string name, string value) in relation.Options)
        {
            if (isTable ? !OfTables.Contains(name, StringComparer.OrdinalIgnoreCase) : !OfViews.ContainsKey(name))
                throw new InvalidInputException("text", $"'{relation.Name}': there is no option '{name}' of a {(isTable ? "table" : "view")}; there are {string.Join(", ", isTable ? OfTables : OfViews.Keys)}.");
            if (!isTable && !OfViews[name].Contains(value, StringComparer.OrdinalIgnoreCase))
                throw new InvalidInputException("text", $"'{relation.Name}': the option '{name}' is '{value}'; it can be {string.Join(", ", OfViews[name])}.");
        }
    }
}
