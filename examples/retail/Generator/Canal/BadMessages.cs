using System.Text;
using System.Text.Json.Nodes;

namespace Orrery.Retail.Canal;

/// <summary>What can be wrong with a message.</summary>
public enum BadMessageKind
{
    /// <summary>A column of the row is not there.</summary>
    MissingColumn,

    /// <summary>The key is not there.</summary>
    MissingKey,

    /// <summary>A number is a word.</summary>
    WrongType,

    /// <summary>It names a table that nobody declared.</summary>
    UnknownTable,

    /// <summary>The first number that is no key is below zero.</summary>
    NegativeNumber,

    /// <summary>The row is inserted once more, with another value.</summary>
    DuplicateKey,

    /// <summary>A row goes that has not come.</summary>
    DeleteBeforeInsert,

    /// <summary>The commit's time is years away.</summary>
    ClockJump,

    /// <summary>The text ends in the middle.</summary>
    Torn,
}

/// <summary>Makes bad messages of good ones.</summary>
public static class BadMessages
{
    const string UnseenKey = "987654321987654321";

    public static CanalMessage Make(BadMessageKind kind, CanalMessage good)
    {
        if (kind == BadMessageKind.Torn)
            return good with { Value = good.Value[..(good.Value.Length / 2)] };
        JsonObject message = JsonNode.Parse(good.Value)!.AsObject();
        JsonObject row = message["data"]![0]!.AsObject();
        string key = message["pkNames"]![0]!.GetValue<string>();
        JsonObject types = message["mysqlType"]!.AsObject();
        string NumberColumn() => types.First(type => type.Key != key && IsNumber(type.Value!.GetValue<string>())).Key;
        switch (kind)
        {
            case BadMessageKind.MissingColumn:
                row.Remove(row.Select(static column => column.Key).Last(column => column != key));
                break;
            case BadMessageKind.MissingKey:
                row.Remove(key);
                break;
            case BadMessageKind.WrongType:
                row[NumberColumn()] = "many";
                break;
            case BadMessageKind.UnknownTable:
                message["table"] = "nobody_declared_this";
                break;
            case BadMessageKind.NegativeNumber:
                row[NumberColumn()] = "-7";
                break;
            case BadMessageKind.DuplicateKey:
                (message["type"], message["old"]) = ("INSERT", null);
                row[NumberColumn()] = "8";
                break;
            case BadMessageKind.DeleteBeforeInsert:
                (message["type"], message["old"]) = ("DELETE", null);
                row[key] = UnseenKey;
                break;
            case BadMessageKind.ClockJump:
                message["es"] = message["es"]!.GetValue<long>() + 5L * 365 * 86_400_000;
                break;
        }

        return good with { Value = Encoding.UTF8.GetBytes(message.ToJsonString()) };
    }

    static bool IsNumber(string type) => type.StartsWith("bigint", StringComparison.Ordinal) || type.StartsWith("int", StringComparison.Ordinal) || type.StartsWith("decimal", StringComparison.Ordinal);
}
