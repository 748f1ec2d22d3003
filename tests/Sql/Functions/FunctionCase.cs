using System.Globalization;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Functions;

/// <summary>
/// Calls written as text, so that a case is a line: <c>SUBSTRING('abc', 2) -> bc</c>. Literals: 'text', 12 (INT), 12L (BIGINT), 1.5d (DOUBLE), 1.50 (DECIMAL), NULL (a null text), TRUE, FALSE,
/// D'2026-01-31', T'23:59:59', TS'2026-01-31 23:59:59', LTZ'...', X'0AFF', :word (a constant of the text). Every literal but a word is a column.
/// </summary>
static class FunctionCase
{
    public static string Run(string text)
    {
        var columns = new List<(object? Value, SqlType Type)>();
        int at = 0;
        var parsed = Parse(text, ref at, columns);
        at.ShouldBe(text.Length, text);
        return Calls.Evaluate(parsed, [.. columns]);
    }

    private static Func<BoundExpression[], BoundExpression> Parse(string text, ref int at, List<(object? Value, SqlType Type)> columns)
    {
        if (text[at] == ':')
        {
            int end = text.IndexOfAny([',', ')'], at);
            string word = text[(at + 1)..end];
            at = end;
            return _ => Calls.Word(word);
        }

        foreach (var (prefix, type) in ((string, SqlType)[])[("LTZ'", SqlType.TimestampLtz), ("TS'", SqlType.Timestamp), ("D'", SqlType.Date), ("T'", SqlType.Time), ("X'", SqlType.Binary), ("'", SqlType.String)])
        {
            if (!text.AsSpan(at).StartsWith(prefix, StringComparison.Ordinal)) continue;
            int end = at + prefix.Length;
            while (text[end] != '\'') end++;
            string value = text[(at + prefix.Length)..end];
            at = end + 1;
            return Column(columns, type.Kind == SqlTypeKind.Binary ? Convert.FromHexString(value) : value, type);
        }

        int start = at;
        if (char.IsAsciiDigit(text[at]) || (text[at] == '-' && char.IsAsciiDigit(text[at + 1])))
        {
            at++;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' || (text[at] is '-' or '+' && text[at - 1] == 'E'))) at++;
            string number = text[start..at];
            if (number.EndsWith('d')) return Column(columns, double.Parse(number[..^1], CultureInfo.InvariantCulture), SqlType.Double);
            if (number.EndsWith('L')) return Column(columns, long.Parse(number[..^1], CultureInfo.InvariantCulture), SqlType.BigInt);
            int point = number.IndexOf('.');
            return point < 0 ? Column(columns, int.Parse(number, CultureInfo.InvariantCulture), SqlType.Integer)
                : Column(columns, number, SqlType.Decimal(number.Length - 1 - (number[0] == '-' ? 1 : 0), number.Length - point - 1));
        }

        while (at < text.Length && text[at] is not ('(' or ',' or ')')) at++;
        string name = text[start..at];
        if (name == "NULL") return Column(columns, null, SqlType.String);
        if (name == "INULL") return Column(columns, null, SqlType.Integer);
        if (name is "TRUE" or "FALSE") return Column(columns, name == "TRUE", SqlType.Boolean);
        at++;
        var arguments = new List<Func<BoundExpression[], BoundExpression>>();
        while (text[at] != ')')
        {
            arguments.Add(Parse(text, ref at, columns));
            if (text[at] == ',') at += 2;
        }

        at++;
        return row => FunctionCatalog.Resolve(name, [.. arguments.Select(argument => argument(row))]);
    }

    private static Func<BoundExpression[], BoundExpression> Column(List<(object? Value, SqlType Type)> columns, object? value, SqlType type)
    {
        int index = columns.Count;
        columns.Add((value, type));
        return row => row[index];
    }
}
