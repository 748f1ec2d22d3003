using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Schemas;

/// <summary>Defaults that are no plain literals, in another engine's words: the present time, truth, expressions of literals.</summary>
static partial class DefaultText
{
    /// <summary>The default there; null and a reason where it takes a person.</summary>
    /// <param name="column">As the source has it, with a default.</param>
    /// <param name="target">As the target is to have it; its default is the literal where it is one.</param>
    public static (string? Text, string? Reason) Say(ColumnDefinition column, ColumnDefinition target, IDialect from, IDialect to)
    {
        string value = column.Default!.Trim(), engine = to.Engines[0];
        if (value.Equals("NULL", StringComparison.OrdinalIgnoreCase)) return (null, null);
        if (target.Default is { } literal) return (IsLong(target) ? $"({literal})" : literal, null);
        if (Truth().Match(value) is { Success: true } truth)
        {
            bool isTrue = truth.Value.Trim('(', ')').Equals("true", StringComparison.OrdinalIgnoreCase) || truth.Groups[1].Value == "1";
            return (target.Type.Kind == ColumnKind.Boolean && engine == "postgresql" ? (isTrue ? "true" : "false") : isTrue ? "1" : "0", null);
        }

        if (Now().IsMatch(value) && target.Type.Kind is ColumnKind.Timestamp or ColumnKind.TimestampWithZone or ColumnKind.Date or ColumnKind.Time) return (NowOf(engine, target.Type), null);
        if (Today().IsMatch(value) && (target.Type.Kind == ColumnKind.Date || engine == "oracle")) return (engine switch { "oracle" => "TRUNC(SYSDATE)", "mysql" => "(CURRENT_DATE)", "sqlserver" => "(CONVERT(date, GETDATE()))", _ => "CURRENT_DATE" }, null);
        var none = new TableDefinition(new TableName(null, "none"), []);
        return new ExpressionText(from, to, none, static name => name).TrySay(value, out string? translated, out string reason) ? ($"({translated})", null) : (null, reason);
    }

    static string NowOf(string engine, ColumnType type) => (engine, type.Kind) switch
    {
        ("sqlserver", ColumnKind.TimestampWithZone) => "SYSDATETIMEOFFSET()",
        ("sqlserver", _) => "SYSDATETIME()",
        (_, ColumnKind.Date) => engine == "mysql" ? "(CURRENT_DATE)" : "CURRENT_DATE",
        (_, ColumnKind.Time) => engine == "mysql" ? "(CURRENT_TIME)" : engine == "postgresql" ? "LOCALTIME" : "CURRENT_TIME",
        ("mysql", _) when type.Precision > 0 => $"CURRENT_TIMESTAMP({type.Precision.ToString(CultureInfo.InvariantCulture)})",
        ("sqlite", ColumnKind.TimestampWithZone) => "(strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))",
        _ => "CURRENT_TIMESTAMP",
    };

    /// <summary>MySQL takes a literal default of a long text as an expression only.</summary>
    static bool IsLong(ColumnDefinition target) => target.NativeType is "longtext" or "longblob" or "json";

    [GeneratedRegex(@"^\(*(?:true|false|b'([01])')\)*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Truth();

    [GeneratedRegex(@"^\(*(current_timestamp|now|localtimestamp|getdate|getutcdate|sysdatetime|sysdatetimeoffset|sysutcdatetime|datetime\('now'\)|'now'::text)(\(\d*\))?(::[a-z ]+)?\)*(::[a-z ]+)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Now();

    [GeneratedRegex(@"^\(*(current_date|curdate\(\)|date\('now'\)|\('now'::text\)::date)(\(\))?\)*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Today();
}
