using System.Text;

namespace Orrery.Client.Samples;

/// <summary>What a series may be called, and the one spelling under which it is found again.</summary>
internal static class SeriesNames
{
    const int NameLengthMax = 200;
    const int LabelsMax = 32;
    const int LabelValueLengthMax = 1024;

    static readonly List<KeyValuePair<string, string>> None = [];

    /// <summary>By name; of a repeated name the last one counts.</summary>
    public static List<KeyValuePair<string, string>> Sort(IEnumerable<KeyValuePair<string, string>>? labels)
    {
        if (labels is null)
            return None;
        var sorted = new List<KeyValuePair<string, string>>();
        foreach (var label in labels)
        {
            sorted.RemoveAll(l => l.Key == label.Key);
            sorted.Add(label);
        }
        sorted.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return sorted;
    }

    public static string Key(string? metric, List<KeyValuePair<string, string>> labels)
    {
        if (labels.Count == 0)
            return metric ?? "";
        var key = new StringBuilder(metric);
        foreach (var label in labels)
            key.Append('\u0001').Append(label.Key).Append('\u0002').Append(label.Value);
        return key.ToString();
    }

    public static bool Valid(string? metric, List<KeyValuePair<string, string>> labels)
    {
        if (!ValidName(metric, colons: true) || labels.Count > LabelsMax)
            return false;
        foreach (var label in labels)
            if (!ValidName(label.Key, colons: false) || label.Value is null || label.Value.Length > LabelValueLengthMax)
                return false;
        return true;
    }

    static bool ValidName(string? name, bool colons)
    {
        if (name is null || name.Length is 0 or > NameLengthMax || name[0] is >= '0' and <= '9')
            return false;
        foreach (char c in name)
            if (c is not (>= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_') && !(colons && c == ':'))
                return false;
        return true;
    }
}
