using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Orrery.Bench.Nab;

/// <summary>Reads the benchmark's files: combined_windows.json names the series and their windows, data/NAME.gz holds the rows.</summary>
public static class NabCorpus
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    /// <summary>Every series that combined_windows.json names and whose data is there.</summary>
    /// <exception cref="InvalidDataException">A row or a window cannot be read; the message names file and line.</exception>
    public static IReadOnlyList<NabSeries> Read(string folder)
    {
        var windowsPath = Path.Combine(folder, "combined_windows.json");
        var windowsByName = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllText(windowsPath))
            ?? throw new InvalidDataException($"{windowsPath} holds no object of windows by file name.");
        var corpus = new List<NabSeries>(windowsByName.Count);
        foreach (var (name, windows) in windowsByName.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, "data", name + ".gz");
            if (File.Exists(path))
                corpus.Add(ReadSeries(name, path, windows));
        }

        return corpus;
    }

    private static NabSeries ReadSeries(string name, string path, string[][] windows)
    {
        var times = new List<long>();
        var values = new List<double>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        for (var line = 2; reader.ReadLine() is { } row; line++)
        {
            var comma = row.IndexOf(',');
            if (comma < 0 || !double.TryParse(row.AsSpan(comma + 1), CultureInfo.InvariantCulture, out var value))
                throw new InvalidDataException($"{path} line {line}: '{row}' is not 'timestamp,value'.");
            times.Add(ReadTime(row[..comma], path));
            values.Add(value);
        }

        var rows = times.ToArray();
        return new NabSeries(name, rows, values.ToArray(), [.. windows.Select(window => Locate(window, rows, path))]);
    }

    private static NabWindow Locate(string[] window, long[] times, string path)
    {
        var from = ReadTime(window[0], path);
        var to = ReadTime(window[1], path);
        var first = Array.FindIndex(times, time => time >= from);
        var last = Array.FindLastIndex(times, time => time <= to);
        if (first < 0 || last < first)
            throw new InvalidDataException($"{path}: no row lies in the window {window[0]} to {window[1]}.");
        return new NabWindow(first, last);
    }

    private static long ReadTime(string text, string path)
    {
        var seconds = text.IndexOf('.') is var dot and >= 0 ? text[..dot] : text;
        if (!DateTime.TryParseExact(seconds, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            throw new InvalidDataException($"{path}: '{text}' is not a time in the form '{TimeFormat}'.");
        return new DateTimeOffset(time).ToUnixTimeMilliseconds();
    }
}
