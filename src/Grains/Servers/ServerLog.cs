using System.Text;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Servers;

namespace Orrery.Grains.Servers;

/// <summary>The newest log lines and events of a server: 2,000, or about 2 MiB of text.</summary>
sealed class ServerLog(Func<int, IBlockGrain> block)
{
    public const int LinesMax = 2_000;
    const int TextBytesMax = 8 * 1024;
    const int LinesPerCallMax = 10_000;
    const int IdLengthMax = 128;
    const int AttributesMax = 32;
    const int LimitMax = 500;
    const string CutMark = " … (cut)";

    static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical"];
    static readonly BlockListBounds Bounds = new(LinesMax, ItemsPerBlock: 125, BytesPerBlock: 128 * 1024);

    readonly BlockList<LogLine> lines = new(block, Bounds, static line => 200 + line.Text.Length + (line.Attributes?.Sum(static pair => pair.Key.Length + pair.Value.Length) ?? 0));
    HashSet<string>? seen;

    /// <returns>How many lines were new.</returns>
    public async Task<int> AppendAsync(IReadOnlyList<LogLine> given)
    {
        if (given.Count > LinesPerCallMax)
            throw new InvalidInputException("lines", $"{given.Count} lines in one call are too many; send at most {LinesPerCallMax}.");
        var known = await LoadAsync();
        var added = new List<LogLine>(given.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < given.Count; index++)
            if (Check(given[index], index) is var line && !known.Contains(line.Id) && ids.Add(line.Id))
                added.Add(line);
        if (added.Count == 0)
            return 0;
        seen = null;
        await lines.AddAsync(added);
        seen = [.. lines.Items.Select(static line => line.Id)];
        return added.Count;
    }

    public async Task<IReadOnlyList<LogLine>> QueryAsync(LogQuery query)
    {
        if (query.Limit is < 1 or > LimitMax)
            throw new InvalidInputException("limit", $"A page cannot have {query.Limit} lines; ask for 1 to {LimitMax}.");
        int levelMin = query.Level is null ? 0 : LevelOf(query.Level);
        if (levelMin < 0)
            throw new InvalidInputException("level", $"'{RegistrationBounds.Cut(query.Level, 40)}' is no level; use one of {string.Join(", ", Levels)}.");
        await LoadAsync();
        return
        [
            .. lines.Items.Reverse()
                .Where(line => (query.Before is not { } before || line.At < before) && LevelOf(line.Level) >= levelMin)
                .Where(line => string.IsNullOrEmpty(query.Search) || Paging.Pages.AnyContains(query.Search, line.Text, line.Source))
                .OrderByDescending(static line => line.At)
                .Take(query.Limit),
        ];
    }

    public Task ClearAsync()
    {
        seen = null;
        return lines.ClearAsync();
    }

    async Task<HashSet<string>> LoadAsync()
    {
        if (seen is not null)
            return seen;
        await lines.LoadAsync();
        return seen = [.. lines.Items.Select(static line => line.Id)];
    }

    static LogLine Check(LogLine line, int index)
    {
        if (line.Id is not { Length: > 0 and <= IdLengthMax })
            throw new InvalidInputException($"lines[{index}].id", $"The id has {line.Id?.Length ?? 0} characters; give each line one of 1 to {IdLengthMax}.");
        return line with
        {
            Level = LevelOf(line.Level) < 0 ? "information" : line.Level.ToLowerInvariant(),
            Source = RegistrationBounds.Cut(line.Source),
            Text = CutText(line.Text ?? ""),
            Attributes = line.Attributes?.Take(AttributesMax).DistinctBy(static pair => RegistrationBounds.Cut(pair.Key))
                .ToDictionary(static pair => RegistrationBounds.Cut(pair.Key), static pair => RegistrationBounds.Cut(pair.Value)),
        };
    }

    static string CutText(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= TextBytesMax)
            return text;
        int length = Math.Min(text.Length, TextBytesMax);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > TextBytesMax - 16 || char.IsHighSurrogate(text[length - 1]))
            length -= Math.Max(1, (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) - TextBytesMax) / 4);
        return string.Concat(text.AsSpan(0, length), CutMark);
    }

    static int LevelOf(string? level) => Array.FindIndex(Levels, known => string.Equals(known, level, StringComparison.OrdinalIgnoreCase));
}
