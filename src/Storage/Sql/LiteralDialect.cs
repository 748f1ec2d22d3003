using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Orrery.Storage.Sql;

/// <summary>
/// For databases to which values are sent inside the statement's text. Texts and bytes are written in hexadecimal, so that no value can end its literal,
/// whatever the server's mode; numbers are numbers.
/// </summary>
abstract class LiteralDialect : SqlDialect
{
    public override void Render(DbCommand command, FormattableString statement)
    {
        var arguments = new object[statement.ArgumentCount];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = statement.GetArgument(index) switch
            {
                SqlRaw raw => raw.Text,
                SqlList { Values: long[] values } => $"IN ({string.Join(", ", values.Select(Number))})",
                SqlList { Values: byte[][] values } => $"IN ({string.Join(", ", values.Select(value => Literal(SqlType.Id, value)))})",
                string text => Literal(SqlType.Text, text),
                byte[] bytes => Literal(SqlType.Id, bytes),
                long or int => Number(Convert.ToInt64(statement.GetArgument(index), CultureInfo.InvariantCulture)),
                var other => throw new ArgumentException($"A value of type {other?.GetType().Name ?? "null"} cannot be put into a statement."),
            };
        }

        command.CommandText = string.Format(null, statement.Format, arguments);
    }

    public override void Insert(SqlSession session, SqlRows rows) =>
        Run(session, rows, rows.Table.Columns, (names, values) => $"INSERT INTO {rows.Table.Name} ({names}) VALUES {values}");

    /// <summary>A value as the database reads it; null as NULL.</summary>
    protected string Literal(SqlType type, object? value) => value switch
    {
        null => NullLiteral(type),
        long number => Number(number),
        byte[] bytes => BytesLiteral(bytes),
        string text => TextLiteral(type, text),
        _ => throw new ArgumentException($"A value of type {value.GetType().Name} cannot be put into a statement."),
    };

    protected virtual string NullLiteral(SqlType type) => "NULL";

    protected abstract string BytesLiteral(byte[] value);

    protected abstract string TextLiteral(SqlType type, string value);

    /// <summary>Runs a statement over all rows, in pieces that the server takes.</summary>
    /// <param name="session">Where.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">Those of their columns that the statement needs.</param>
    /// <param name="makeText">Given the columns' names and the rows in parentheses, the statement.</param>
    protected void Run(SqlSession session, SqlRows rows, SqlColumn[] columns, Func<string, string, string> makeText)
    {
        var places = columns.Select(column => Array.IndexOf(rows.Table.Columns, column)).ToArray();
        var names = string.Join(", ", columns.Select(column => column.Name));
        foreach (var piece in rows.Pieces(StatementRowsLimit, StatementBytesLimit))
        {
            using var command = session.CreateCommand();
            command.CommandText = makeText(names, Values(columns, places, piece));
            session.ExecuteCommand(command);
        }
    }

    protected string Values(SqlColumn[] columns, int[] places, IReadOnlyList<object?[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(text.Length > 0 ? ",\n" : "").Append('(');
            for (var column = 0; column < columns.Length; column++)
                text.Append(column > 0 ? ", " : "").Append(Literal(columns[column].Type, row[places[column]]));
            text.Append(')');
        }

        return text.ToString();
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
