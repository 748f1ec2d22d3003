namespace Orrery.Jobs.Integration;

/// <summary>A document as it is to be, or as the target has it. All values are texts in the target's form; null is null.</summary>
/// <param name="Key">Values of the key's fields, one behind the other.</param>
/// <param name="Fields">By name.</param>
/// <param name="Lines">By the lines' key; empty where the entity has none.</param>
sealed record Document(string Key, IReadOnlyDictionary<string, string?> Fields, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Lines)
{
    /// <summary>Stands between the values of a key.</summary>
    const char Between = '\u001F';

    /// <summary>The target's internal id; null where it has none or the document is new.</summary>
    public string? Id { get; init; }

    /// <summary>The state in the target's words; null where it has none.</summary>
    public string? State { get; init; }

    /// <summary>Ids of lines, by their key.</summary>
    public IReadOnlyDictionary<string, string> LineIds { get; init; } = new Dictionary<string, string>();

    /// <summary>The key for people.</summary>
    public string Shown => Key.Replace(Between, '/');

    public static string KeyOf(IEnumerable<string?> values) => string.Join(Between, values.Select(static value => value ?? ""));
}

/// <summary>What is to become of a document.</summary>
/// <param name="Wanted">As it is to be.</param>
/// <param name="Found">As the target has it; null: it is new.</param>
/// <param name="Differences">What differs, for people: <c>name: 'a' becomes 'b'</c>; empty where only its state has to go on.</param>
sealed record DocumentChange(Document Wanted, Document? Found, IReadOnlyList<string> Differences);
