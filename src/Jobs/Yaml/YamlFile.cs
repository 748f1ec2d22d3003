using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orrery.Jobs.Yaml;

/// <summary>A YAML (or JSON) file that is read piece by piece; what is wrong is collected with its place and told together.</summary>
sealed class YamlFile(string name)
{
    /// <summary>Characters of a file.</summary>
    public const int TextLengthMax = 16 << 20;

    /// <summary>Faults that are told of one file.</summary>
    public const int FaultsMax = 50;

    /// <summary>Levels of nesting.</summary>
    const int DepthMax = 40;

    readonly List<(long Line, long Column, string Text)> faults = [];

    /// <summary>The outermost mapping.</summary>
    /// <exception cref="FileFaultException">The text is no YAML mapping.</exception>
    public YamlMap Read(string text, string what)
    {
        if (text.Length > TextLengthMax) throw new FileFaultException([$"{name}:1:1: the file has {text.Length} characters; {TextLengthMax} are taken"]);
        var stream = new YamlStream();
        try
        {
            CheckDepth(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new FileFaultException([$"{name}:{Number(error.Start.Line)}:{Number(error.Start.Column)}: this is no YAML: {error.InnerException?.Message ?? error.Message}"]);
        }

        if (stream.Documents.Count != 1) throw new FileFaultException([$"{name}:1:1: {what} is one document; the file has {Number(stream.Documents.Count)}"]);
        return stream.Documents[0].RootNode is YamlMappingNode map
            ? new YamlMap(this, map, what)
            : throw new FileFaultException([$"{name}:1:1: {what} is a mapping of names to values, and this is none"]);
    }

    public void Fault(YamlNode node, string message)
    {
        if (faults.Count < FaultsMax) faults.Add((node.Start.Line, node.Start.Column, $"{name}:{Number(node.Start.Line)}:{Number(node.Start.Column)}: {message}"));
    }

    /// <exception cref="FileFaultException">Something is wrong.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0) throw new FileFaultException([.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Select(fault => fault.Text)]);
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The reader of nodes calls itself for each level.</summary>
    static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DepthMax) throw new YamlException(parser.Current.Start, parser.Current.End, $"it is nested deeper than {Number(DepthMax)} levels");
        }
    }
}
