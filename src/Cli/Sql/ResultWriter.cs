using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli.Sql;

/// <summary>Writes answers for people (table), for spreadsheets (CSV: the rows alone) or for programs (JSON: an answer or event a line).</summary>
/// <param name="output">Where the rows go.</param>
/// <param name="notes">Where words about them go, apart from a table's.</param>
sealed class ResultWriter(TextWriter output, TextWriter notes, OutputFormat format)
{
    const int CellWidthMax = 80;
    static readonly string[] NumericTypes = ["TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL", "NUMERIC", "FLOAT", "DOUBLE", "REAL"];

    public OutputFormat Format { get; set; } = format;

    /// <param name="result">As the API gives it.</param>
    public void Result(JsonElement result)
    {
        if (Format == OutputFormat.Json)
        {
            output.WriteLine(result.GetRawText());
            return;
        }

        JsonElement columns = result.GetProperty("columns"), rows = result.GetProperty("rows");
        string? message = result.TryGetProperty("message", out JsonElement said) ? said.GetString() : null;
        if (result.TryGetProperty("plan", out JsonElement plan) && plan.ValueKind == JsonValueKind.Array)
        {
            Plan(plan);
            message = null; // it is the plan as text
        }
        else if (result.TryGetProperty("lineage", out JsonElement lineage) && lineage.ValueKind == JsonValueKind.Array)
            Table(["column", "from", "as"], LineageRows(lineage), new bool[3]);
        else if (columns.GetArrayLength() > 0)
            Rows(columns, rows);
        bool isCut = result.TryGetProperty("isTruncated", out JsonElement cut) && cut.ValueKind == JsonValueKind.True;
        string count = columns.GetArrayLength() == 0 ? "" : isCut ? $"the first {rows.GetArrayLength()} rows; there are more" : rows.GetArrayLength() == 1 ? "1 row" : $"{rows.GetArrayLength()} rows";
        string summary = string.Join(", ", new[] { message?.TrimEnd('.') ?? "", count, $"{result.GetProperty("elapsedMilliseconds").GetDouble().ToString("0.#", CultureInfo.InvariantCulture)} ms" }.Where(static part => part.Length > 0));
        (Format == OutputFormat.Table ? output : notes).WriteLine($"({summary})");
    }

    /// <summary>The beginning of a subscription.</summary>
    public void Snapshot(JsonElement columns, JsonElement rows)
    {
        if (Format == OutputFormat.Json)
            output.WriteLine(JsonSerializer.Serialize(new { snapshot = new { columns, rows } }));
        else if (Format == OutputFormat.Csv)
        {
            output.WriteLine(CsvLine([.. columns.EnumerateArray().Select(static column => column.GetProperty("name").GetString()), "weight"]));
            foreach (JsonElement row in rows.EnumerateArray())
                output.WriteLine(CsvLine([.. Cells(row), "1"]));
        }
        else
        {
            Rows(columns, rows);
            output.WriteLine($"({rows.GetArrayLength()} rows now; changes follow, Ctrl-C ends them)");
        }

        output.Flush();
    }

    /// <summary>What changed of a subscription.</summary>
    public void Changes(JsonElement changes)
    {
        if (Format == OutputFormat.Json)
            output.WriteLine(JsonSerializer.Serialize(new { changes }));
        else
            foreach (JsonElement change in changes.EnumerateArray())
            {
                int weight = change.GetProperty("weight").GetInt32();
                string?[] cells = Cells(change.GetProperty("row"));
                output.WriteLine(Format == OutputFormat.Csv
                    ? CsvLine([.. cells, weight.ToString(CultureInfo.InvariantCulture)])
                    : $"{(weight < 0 ? '-' : '+')}{(Math.Abs(weight) == 1 ? "" : $"{Math.Abs(weight)} times")} {string.Join(" | ", cells.Select(static cell => TextWidth.OneLine(cell ?? "NULL")))}");
            }

        output.Flush();
    }

    public void Table(string[] names, IReadOnlyList<string?[]> rows, bool[] numeric)
    {
        string[][] cells = [.. rows.Select(static row => row.Select(static cell => TextWidth.Cut(TextWidth.OneLine(cell ?? "NULL"), CellWidthMax)).ToArray())];
        int[] widths = [.. names.Select((name, column) => Math.Max(TextWidth.Of(name), cells.Length == 0 ? 0 : cells.Max(row => TextWidth.Of(row[column]))))];
        string Line(string[] line, bool heading) => string.Join(" | ", line.Select((cell, column) => TextWidth.Pad(cell, widths[column], numeric[column] && !heading))).TrimEnd();
        output.WriteLine(Line(names, heading: true));
        output.WriteLine(string.Join("-+-", widths.Select(static width => new string('-', width))));
        foreach (string[] row in cells)
            output.WriteLine(Line(row, heading: false));
    }

    void Rows(JsonElement columns, JsonElement rows)
    {
        string[] names = [.. columns.EnumerateArray().Select(static column => column.GetProperty("name").GetString()!)];
        string?[][] cells = [.. rows.EnumerateArray().Select(Cells)];
        if (Format == OutputFormat.Csv)
        {
            output.WriteLine(CsvLine(names));
            foreach (string?[] row in cells)
                output.WriteLine(CsvLine(row));
            return;
        }

        Table(names, cells, [.. columns.EnumerateArray().Select(static column => NumericTypes.Any(type => column.GetProperty("type").GetString()!.StartsWith(type, StringComparison.OrdinalIgnoreCase)))]);
    }

    /// <summary>The operators as a tree, what reads above what it reads; one that several read is shown below the first.</summary>
    void Plan(JsonElement plan)
    {
        Dictionary<int, JsonElement> operators = plan.EnumerateArray().ToDictionary(static item => item.GetProperty("id").GetInt32());
        HashSet<int> read = [.. operators.Values.SelectMany(Inputs)];
        var shown = new HashSet<int>();
        var open = new Stack<(int Id, int Depth)>(operators.Keys.Where(id => !read.Contains(id)).Select(static id => (id, 0)));
        while (open.TryPop(out (int Id, int Depth) next))
        {
            if (!operators.TryGetValue(next.Id, out JsonElement item))
                continue;
            string indent = new(' ', next.Depth * 2);
            if (!shown.Add(next.Id))
            {
                output.WriteLine($"{indent}{Text(item, "title")} (as above)");
                continue;
            }

            output.WriteLine($"{indent}{Text(item, "title")} {TextWidth.OneLine(Text(item, "detail"))}{Figures(item)}");
            foreach (int input in Inputs(item).Reverse())
                open.Push((input, next.Depth + 1));
        }
    }

    static IEnumerable<int> Inputs(JsonElement item) => item.GetProperty("inputs").EnumerateArray().Select(static input => input.GetInt32());

    static string Figures(JsonElement item)
    {
        long rowsIn = item.GetProperty("rowsIn").GetInt64(), rowsOut = item.GetProperty("rowsOut").GetInt64(), bytes = item.GetProperty("stateBytes").GetInt64();
        return rowsIn + rowsOut + bytes == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"  [in {rowsIn}, out {rowsOut}, {item.GetProperty("ratePerSecond").GetDouble():0.#}/s{(bytes == 0 ? "" : $", state {item.GetProperty("stateRows")} rows in {bytes} B")}]");
    }

    static List<string?[]> LineageRows(JsonElement lineage) =>
    [
        .. lineage.EnumerateArray().Select(static line => new[]
        {
            Text(line, "column"),
            string.Join(", ", line.GetProperty("sources").EnumerateArray().Select(static source => $"{Text(source, "relation")}.{Text(source, "column")}{(source.TryGetProperty("isIndirect", out JsonElement indirect) && indirect.ValueKind == JsonValueKind.True ? " (which rows)" : "")}")),
            line.TryGetProperty("expression", out JsonElement expression) && expression.ValueKind == JsonValueKind.String ? expression.GetString() : "",
        }),
    ];

    static string Text(JsonElement item, string name) => item.GetProperty(name).GetString() ?? "";

    static string?[] Cells(JsonElement row) => [.. row.EnumerateArray().Select(static cell => cell.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => cell.GetString(),
        _ => cell.GetRawText(),
    })];

    /// <summary>RFC 4180; null is an empty field, an empty text is quoted.</summary>
    static string CsvLine(string?[] cells) => string.Join(',', cells.Select(static cell => cell switch
    {
        null => "",
        "" => "\"\"",
        _ when cell.AsSpan().IndexOfAny(",\"\r\n") >= 0 || char.IsWhiteSpace(cell[0]) || char.IsWhiteSpace(cell[^1]) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => cell,
    }));
}
