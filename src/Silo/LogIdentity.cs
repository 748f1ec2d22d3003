using System.Security.Cryptography;
using System.Text;

namespace Orrery.Silo;

/// <summary>Which log directory this is: a small file in it, made with it. So a silo whose directory is not the cluster's is found out before samples are looked for in the wrong place.</summary>
static class LogIdentity
{
    const string FileName = "log.id";
    const int IdBytes = 8;

    public static string ReadOrCreate(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, FileName);
        if (File.Exists(path))
            return Read(path);
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return SharedFile.TryCreate(path, Encoding.ASCII.GetBytes(id)) ? id : Read(path);
    }

    static string Read(string path)
    {
        string id = File.ReadAllText(path).Trim();
        return id.Length == IdBytes * 2 ? id : throw new InvalidDataException($"'{path}' holds {id.Length} characters and should hold {IdBytes * 2}: it is no identity of a log. Put the right file back.");
    }
}
