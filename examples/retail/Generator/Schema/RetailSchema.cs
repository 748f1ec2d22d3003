using System.Globalization;

namespace Orrery.Retail.Schema;

/// <summary>All source tables, read from the statements in <c>schema/*.sql</c>, which have one column a line.</summary>
public sealed class RetailSchema
{
    const string Folder = "schema/";
    static readonly Lazy<RetailSchema> Only = new(static () => new RetailSchema());

    readonly Dictionary<string, RetailTable> tables = new(StringComparer.Ordinal);

    RetailSchema()
    {
        Scripts = [.. Resources.Names(Folder).Select(static name => (name[Folder.Length..], Resources.Read(name)))];
        foreach ((string file, string text) in Scripts)
            Read(file, text);
    }

    public static RetailSchema Instance => Only.Value;

    /// <summary>Files and their statements, in the order in which they run.</summary>
    public IReadOnlyList<(string File, string Text)> Scripts { get; }

    public IReadOnlyCollection<RetailTable> Tables => tables.Values;

    /// <summary>A table by its name alone: the names differ between databases, too.</summary>
    public RetailTable Find(string name) => tables.TryGetValue(name, out RetailTable? table) ? table : throw new ArgumentException($"There is no table '{name}' among the {tables.Count} of examples/retail/schema.");

    void Read(string file, string text)
    {
        string database = "";
        string? name = null;
        var columns = new List<RetailColumn>();
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith("CREATE DATABASE", StringComparison.Ordinal))
                continue;
            if (line.StartsWith("USE ", StringComparison.Ordinal))
                database = line[4..].TrimEnd(';');
            else if (line.StartsWith("CREATE TABLE ", StringComparison.Ordinal))
                (name, columns) = (line[13..].TrimEnd(' ', '('), []);
            else if (line.StartsWith("PRIMARY KEY (", StringComparison.Ordinal))
                tables.Add(name!, Table(database, name!, columns, line[13..line.IndexOf(')', StringComparison.Ordinal)]));
            else if (line != ");" && !line.StartsWith("KEY ", StringComparison.Ordinal))
                columns.Add(Column(line) ?? throw new FormatException($"schema/{file}, line {number}: '{line}' is no column that the generator can read: write NAME TYPE [NOT] NULL."));
        }
    }

    static RetailTable Table(string database, string name, List<RetailColumn> columns, string key)
    {
        int[] places = [.. key.Split(',').Select(column => columns.FindIndex(each => each.Name == column.Trim()))];
        int order = database.EndsWith("_order", StringComparison.Ordinal) ? columns.FindIndex(static each => each.Name == "order_id") : -1;
        return new RetailTable(database, name, columns, places, order >= 0 ? order : places[0]);
    }

    static RetailColumn? Column(string line)
    {
        string[] words = line.Split(' ', 3);
        if (words.Length < 3)
            return null;
        string type = words[1].ToLowerInvariant();
        string kind = type.Split('(')[0];
        int scale = kind == "decimal" ? int.Parse(type[(type.IndexOf(',', StringComparison.Ordinal) + 1)..^1], CultureInfo.InvariantCulture) : 0;
        (ColumnForm Form, int Code)? form = kind switch
        {
            "bigint" => (ColumnForm.Integer, -5),
            "int" => (ColumnForm.Integer, 4),
            "tinyint" => (ColumnForm.Integer, -6),
            "decimal" => (ColumnForm.Decimal, 3),
            "varchar" => (ColumnForm.Text, 12),
            "char" => (ColumnForm.Text, 1),
            "datetime" => (ColumnForm.DateTime, 93),
            "date" => (ColumnForm.Date, 91),
            _ => null,
        };
        return form is { } known ? new RetailColumn(words[0], type, known.Form, scale, known.Code, !words[2].StartsWith("NOT NULL", StringComparison.Ordinal)) : null;
    }
}
