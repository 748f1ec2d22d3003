using System.Globalization;

namespace Orrery.Jobs.Integration;

/// <summary>Lines of a batch of heads, read together.</summary>
sealed class LineFeed
{
    readonly SourceReader heads, lines;
    readonly (int Head, int Line)[] by;

    /// <exception cref="ArgumentException">A column by which they belong together is not there.</exception>
    public LineFeed(MappedEntity entity, SourceReader heads, SourceReader lines)
    {
        (this.heads, this.lines) = (heads, lines);
        by = [.. entity.Lines!.By.Select(pair => (Place(heads, pair.Head, "source"), Place(lines, pair.Line, "lines' source")))];

        int Place(SourceReader reader, string column, string what) => reader.IndexOf(column) is >= 0 and var at ? at : throw new ArgumentException($"{entity.Lines!.Source.Place}: the {what} of entity '{entity.Name}' has no column '{column}'; it has: {string.Join(", ", reader.Columns.Select(each => each.Name))}.");
    }

    /// <summary>Lines by their head's number among those given.</summary>
    public ILookup<int, object?[]> Read(IReadOnlyList<object?[]> rows)
    {
        var parameters = new List<object>();
        var conditions = new List<string>();
        var numbers = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int row = 0; row < rows.Count; row++)
        {
            object?[] values = [.. by.Select(pair => rows[row][pair.Head])];
            if (values.Any(value => value is null)) continue;
            string key = Key(values);
            if (numbers.TryGetValue(key, out List<int>? same))
            {
                same.Add(row);
                continue;
            }

            numbers[key] = [row];
            conditions.Add($"({string.Join(" AND ", by.Select((pair, index) => string.Create(CultureInfo.InvariantCulture, $"{lines.Quote(pair.Line)} = @p{parameters.Count + index}")))})");
            parameters.AddRange(values!);
        }

        if (conditions.Count == 0) return Array.Empty<(int, object?[])>().ToLookup(pair => pair.Item1, pair => pair.Item2);
        return lines.Read(string.Join(" OR ", conditions), parameters)
            .SelectMany(line => numbers.GetValueOrDefault(Key([.. by.Select(pair => line[pair.Line])]), []).Select(number => (number, line)))
            .ToLookup(pair => pair.number, pair => pair.line);
    }

    static string Key(object?[] values) => Document.KeyOf(values.Select(value => ValueForm.Of(value) is { } text ? LookupReader.Plain(text) : null));
}
