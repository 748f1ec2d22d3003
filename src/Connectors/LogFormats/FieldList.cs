namespace Orrery.Connectors.LogFormats;

/// <summary>Gathers fields; the first of a name stays, and there is a bound.</summary>
sealed class FieldList
{
    readonly List<KeyValuePair<string, string>> fields = [];
    readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>More fields came than an entry may have.</summary>
    public bool IsTooLong { get; private set; }

    public void Add(string name, ReadOnlySpan<char> value)
    {
        if (fields.Count >= LogParser.FieldsMax)
            IsTooLong = true;
        else if (names.Add(name))
            fields.Add(new(name, value.ToString()));
    }

    /// <summary>Adds a value unless it is empty or the dash that stands for nothing.</summary>
    public void AddKnown(string name, ReadOnlySpan<char> value)
    {
        if (value.Length > 0 && value is not "-")
            Add(name, value);
    }

    public string? Find(string name) => fields.Find(field => field.Key == name).Value;

    public LogOutcome Entry(LogEntry entry) => IsTooLong
        ? LogOutcome.Reject($"the record has more than {LogParser.FieldsMax} fields")
        : LogOutcome.Of(entry with { Fields = fields });
}
