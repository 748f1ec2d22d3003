using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

/// <summary>A change with its values as objects.</summary>
sealed record Change(ChangeKind Kind, TableSchema Schema, long Time, long Sequence, object?[] Key, object?[] After, object?[] Before, string Statement)
{
    public object? this[string column] => After[Schema.IndexOf(column)];

    public object? Was(string column) => Before[Schema.IndexOf(column)];

    public static List<Change> Read(IChangeMessageReader reader, string value, string key = "", long sequence = 7) => Read(reader, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(key), sequence);

    public static List<Change> Read(IChangeMessageReader reader, byte[] value, byte[]? key = null, long sequence = 7)
    {
        var batch = new ChangeBatch();
        int count = reader.Read(new ChangeMessage(key, value, sequence, 1000), batch);
        batch.Count.ShouldBe(count);
        return All(batch);
    }

    public static List<Change> All(ChangeBatch batch)
    {
        var changes = new List<Change>();
        foreach (ChangeEntry entry in batch.Entries)
        {
            TableSchema schema = batch.Schemas[entry.Schema];
            var change = new ChangeReader(batch.ValueOf(entry).Span);
            change.Kind.ShouldBe(entry.Kind);
            change.Sequence.ShouldBe(entry.Sequence);
            object?[] key = [];
            if (entry.KeyLength > 0)
            {
                var keySchema = schema.KeyColumns.Count == 0 ? schema : new TableSchema(schema.Database, schema.Table, [.. schema.KeyColumns.Select(index => schema.Columns[index])], []);
                key = RowValues.ReadAll(keySchema, batch.KeyOf(entry).Span);
            }

            changes.Add(new Change(entry.Kind, schema, entry.TimestampMilliseconds, entry.Sequence, key, Row(schema, change.After), Row(schema, change.Before), change.Statement));
        }

        return changes;
    }

    static object?[] Row(TableSchema schema, ReadOnlySpan<byte> row) => row.IsEmpty ? [] : RowValues.ReadAll(schema, row);

    /// <summary>One line that says everything, for comparing.</summary>
    public override string ToString() =>
        $"{Kind} {Schema} {Schema.Fingerprint:x} {Time} {Sequence} key {Text(Key)} after {Text(After)} before {Text(Before)} {Statement}";

    static string Text(object?[] values) => "[" + string.Join(", ", values.Select(value => value switch
    {
        null => "null",
        byte[] bytes => "x" + Convert.ToHexString(bytes),
        string text => "'" + text + "'",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    })) + "]";
}
