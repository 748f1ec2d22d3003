using System.Globalization;
using System.Net;

namespace Orrery.Cli;

/// <summary>Names and addresses as they are typed.</summary>
static class NodeText
{
    const int NameLengthMax = 100;

    public static bool IsName(string text) => text.Length is > 0 and <= NameLengthMax && char.IsAsciiLetterOrDigit(text[0])
        && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public static bool IsHostAndPort(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return false;
        string host = text[..colon];
        return host.StartsWith('[') ? host.EndsWith(']') && IPAddress.TryParse(host[1..^1], out _) : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }
}
