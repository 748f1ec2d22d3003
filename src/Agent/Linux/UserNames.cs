using System.Globalization;

namespace Orrery.Agent.Linux;

/// <summary>Names of users from /etc/passwd, read again when an id is unknown (at most once a minute). Users of a directory service show as numbers.</summary>
internal sealed class UserNames(string path = "/etc/passwd")
{
    const int UsersMax = 10_000;
    readonly Dictionary<uint, string> names = [];
    long readAt = long.MinValue;

    public string Of(uint id)
    {
        if (names.TryGetValue(id, out string? name))
            return name;
        long now = Environment.TickCount64;
        if (readAt == long.MinValue || now - readAt > 60_000)
        {
            readAt = now;
            Read();
        }
        if (!names.TryGetValue(id, out name) && names.Count < UsersMax)
            names[id] = name = id.ToString(CultureInfo.InvariantCulture);
        return name ?? id.ToString(CultureInfo.InvariantCulture);
    }

    void Read()
    {
        if (!File.Exists(path))
            return;
        foreach (string line in File.ReadLines(path))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && names.Count < UsersMax && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
                names[id] = fields[0];
        }
    }
}
