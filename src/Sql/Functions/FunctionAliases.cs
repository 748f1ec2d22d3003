using System.Collections.Frozen;

namespace Orrery.Sql.Functions;

/// <summary>Other names under which functions are known.</summary>
internal static class FunctionAliases
{
    public static FrozenDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["!="] = "<>",
        ["MOD"] = "%",
        ["CHARACTER_LENGTH"] = "CHAR_LENGTH",
        ["LENGTH"] = "CHAR_LENGTH",
        ["SUBSTR"] = "SUBSTRING",
        ["CEILING"] = "CEIL",
        ["POW"] = "POWER",
        ["LCASE"] = "LOWER",
        ["UCASE"] = "UPPER",
        ["NVL"] = "IFNULL",
        ["SHA"] = "SHA1",
        ["RLIKE"] = "REGEXP",
        ["REGEXP_LIKE"] = "REGEXP",
        ["DAY"] = "DAYOFMONTH",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
