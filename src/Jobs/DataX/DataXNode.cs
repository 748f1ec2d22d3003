using System.Globalization;
using System.Text.Json;

namespace Orrery.Jobs.DataX;

/// <summary>
/// An object of a job file. Every option that is asked for is taken; <see cref="Finish"/> names those that nobody asked for. What is of a wrong form is named, and its default taken, so that all errors
/// come together.
/// </summary>
sealed class DataXNode(JsonElement element, string path, List<DataXProblem> problems)
{
    readonly HashSet<string> taken = [];

    public string Path => path;

    public string PathOf(string name) => $"{path}.{name}";

    public bool Has(string name) => Find(name) is not null;

    public void Error(string name, string text) => problems.Add(new DataXProblem(name.Length == 0 ? path : PathOf(name), text, IsError: true));

    public void Warn(string name, string text) => problems.Add(new DataXProblem(PathOf(name), text, IsError: false));

    /// <summary>A text; numbers and booleans as they are written.</summary>
    public string? Text(string name) => Find(name) is not { } value ? null : TextOf(value, PathOf(name));

    public string Required(string name)
    {
        if (Text(name) is { Length: > 0 } text) return text;
        Error(name, "is missing.");
        return "";
    }

    public long? Number(string name)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)) return number;
        Error(name, $"is '{text}': a whole number is needed.");
        return null;
    }

    public double? Fraction(string name)
    {
        if (Text(name) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return number;
        Error(name, $"is '{text}': a number is needed.");
        return null;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        if (bool.TryParse(text, out bool flag)) return flag;
        Error(name, $"is '{text}': true or false is needed.");
        return otherwise;
    }

    /// <summary>A list of texts; a text alone is a list of one.</summary>
    public string[] Texts(string name)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) return TextOf(value, PathOf(name)) is { } single ? [single] : [];
        return [.. value.EnumerateArray().Select((each, index) => TextOf(each, $"{PathOf(name)}[{index}]")).OfType<string>()];
    }

    /// <summary>Whether it is '*', alone or in a list.</summary>
    public bool IsStar(string name) => Find(name) is { } value && (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value) is { ValueKind: JsonValueKind.String } text && text.GetString() == "*";

    public DataXNode? Child(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return new DataXNode(value, PathOf(name), problems);
        Error(name, "is no object.");
        return null;
    }

    /// <summary>Objects of a list; texts in it are given as objects whose <c>value</c> they are.</summary>
    public DataXNode[] Children(string name)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.Object) return [new DataXNode(value, PathOf(name), problems)];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Error(name, "is no list.");
            return [];
        }

        var children = new List<DataXNode>();
        foreach (JsonElement each in value.EnumerateArray())
        {
            string at = $"{PathOf(name)}[{children.Count}]";
            if (each.ValueKind != JsonValueKind.Object) problems.Add(new DataXProblem(at, "is no object.", IsError: true));
            else children.Add(new DataXNode(each, at, problems));
        }

        return [.. children];
    }

    /// <summary>Options that make no difference here; they are named where they stand.</summary>
    public void Ignore(string why, params string[] names)
    {
        foreach (string name in names)
            if (Has(name))
                Warn(name, $"is left out: {why}.");
    }

    /// <summary>Options that nobody asked for change the result, as far as one can know.</summary>
    public void Finish()
    {
        foreach (JsonProperty property in element.EnumerateObject())
            if (!taken.Contains(property.Name))
                Error(property.Name, "is no option that is known here, and may change what is read or written. Take it out of the file if it does not.");
    }

    JsonElement? Find(string name)
    {
        taken.Add(name);
        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;
    }

    string? TextOf(JsonElement value, string at)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return value.GetString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False: return value.GetRawText();
            default:
                problems.Add(new DataXProblem(at, "is no text.", IsError: true));
                return null;
        }
    }
}
