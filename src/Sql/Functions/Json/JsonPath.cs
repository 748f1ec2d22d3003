using System.Text;
using System.Text.Json;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Json;

/// <summary>
/// A path into a JSON text: $, then members (<c>.name</c>, <c>."a name"</c>, <c>['a name']</c>) and elements (<c>[0]</c>); <c>lax</c> or <c>strict</c> may stand before it. It leads to one
/// value; wildcards and filters are refused. Of a member that is there twice the first counts.
/// </summary>
internal sealed class JsonPath
{
    /// <summary>Steps of a path, at most.</summary>
    private const int StepsMax = 64;

    /// <summary>Arrays and objects within each other that are read, at most.</summary>
    private const int DepthMax = 256;

    private readonly List<(byte[]? Member, int Element)> _steps = [];
    private readonly string _path;

    /// <exception cref="SqlValueException">It is no path of this kind.</exception>
    public JsonPath(string path)
    {
        _path = path;
        int at = 0;
        while (at < path.Length && path[at] == ' ') at++;
        foreach (string mode in (string[])["lax ", "strict "])
            if (path.AsSpan(at).StartsWith(mode, StringComparison.OrdinalIgnoreCase)) at += mode.Length;
        while (at < path.Length && path[at] == ' ') at++;
        if (at >= path.Length || path[at++] != '$') throw Fault("it begins with $");
        while (at < path.Length)
        {
            if (_steps.Count == StepsMax) throw Fault($"it has more than {StepsMax} steps");
            at = path[at] switch
            {
                '.' when at + 1 < path.Length && path[at + 1] == '"' => Quoted(at + 1),
                '.' => Name(at + 1),
                '[' when at + 1 < path.Length && path[at + 1] is '\'' or '"' => Close(Quoted(at + 1)),
                '[' => Close(Number(at + 1)),
                _ => throw Fault($"the character '{path[at]}' at {at + 1} begins no step"),
            };
        }
    }

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = DepthMax };

    /// <summary>What a path leads to.</summary>
    public enum Outcome : byte
    {
        Found,
        Empty,
        Broken,
    }

    /// <summary>Moves to the value; the reader stands at its first token where it is found.</summary>
    public Outcome Find(ReadOnlySpan<byte> json, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(json, ReaderOptions);
        try
        {
            if (!reader.Read()) return Outcome.Broken;
            foreach (var (member, element) in _steps)
            {
                if (member is not null ? ToMember(ref reader, member) : ToElement(ref reader, element)) continue;

                // What is no JSON further on is no JSON: nothing was found in it, nor is it empty.
                while (reader.Read()) { }
                return Outcome.Empty;
            }

            return Outcome.Found;
        }
        catch (JsonException)
        {
            return Outcome.Broken;
        }
    }

    private static bool ToMember(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt) return true;
            reader.Skip();
        }

        return false;
    }

    private static bool ToElement(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0) return true;
            reader.Skip();
        }

        return false;
    }

    private int Name(int at)
    {
        int start = at;
        while (at < _path.Length && (char.IsLetterOrDigit(_path[at]) || _path[at] is '_' or '-' or '$' or '@' || char.IsSurrogate(_path[at]))) at++;
        if (at == start) throw Fault($"a name is missing at {at + 1}");
        _steps.Add((Encoding.UTF8.GetBytes(_path[start..at]), 0));
        return at;
    }

    private int Quoted(int at)
    {
        char quote = _path[at++];
        var name = new StringBuilder();
        for (; at < _path.Length; at++)
        {
            if (_path[at] == quote)
            {
                _steps.Add((Encoding.UTF8.GetBytes(name.ToString()), 0));
                return at + 1;
            }

            if (_path[at] == '\\' && at + 1 < _path.Length) at++;
            name.Append(_path[at]);
        }

        throw Fault("a quote is not closed");
    }

    private int Number(int at)
    {
        int start = at;
        while (at < _path.Length && char.IsAsciiDigit(_path[at])) at++;
        if (!int.TryParse(_path.AsSpan(start, at - start), out int index)) throw Fault($"the index of an element is missing at {start + 1}");
        _steps.Add((null, index));
        return at;
    }

    private int Close(int at) => at < _path.Length && _path[at] == ']' ? at + 1 : throw Fault("a bracket is not closed");

    private SqlValueException Fault(string reason) => new($"'{_path}' is no path into JSON that can be used here: {reason}. It is $, then .name, ['name'] or [0].");
}
