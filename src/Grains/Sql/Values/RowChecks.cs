using System.Text.Json;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Values;

/// <summary>Rows that somebody adds to a table of his own: all of them fit, or none is added.</summary>
static class RowChecks
{
    /// <summary>Each row as an array in the order of the stored columns.</summary>
    /// <exception cref="InvalidInputException">Which row does not fit, and why.</exception>
    public static byte[][] Encode(byte[] rowsJson, Relation relation, SqlOptions options)
    {
        if (rowsJson.Length > options.InsertBytesMax)
            throw new InvalidInputException("rows", $"The rows have {rowsJson.Length:N0} bytes; {options.InsertBytesMax:N0} are the most at once. Send them in parts.");
        var schema = new RowSchema(relation.Schema.Columns.Where((_, place) => !relation.Computed.ContainsKey(place)));
        var layout = new RowLayout(schema);
        using JsonDocument document = JsonDocument.Parse(rowsJson);
        if (document.RootElement.GetArrayLength() is var count && count > options.InsertRowsMax)
            throw new InvalidInputException("rows", $"{count:N0} rows are given; {options.InsertRowsMax:N0} are the most at once. Send them in parts.");
        using var arena = new RowArena();
        using var builder = new RowBuilder(layout, arena);
        var rows = new byte[count][];
        int index = 0;
        foreach (JsonElement row in document.RootElement.EnumerateArray())
        {
            try
            {
                object?[] values = JsonRows.Values(row, schema);
                for (int place = 0; place < values.Length; place++)
                    if (values[place] is null && !schema[place].Type.IsNullable)
                        throw new SqlValueException($"Column '{schema[place].Name}' must not be null.");
                rows[index] = JsonRows.ToUtf8(RowValues.FromObjects(values, builder), layout);
            }
            catch (SqlValueException fault)
            {
                throw new InvalidInputException($"rows[{index}]", fault.Message);
            }

            arena.Reset();
            index++;
        }

        return rows;
    }
}
