using System.Security.Cryptography;
using Orrery.Grains.Secrets;

namespace Orrery.Silo;

/// <summary>The key that opens sealed secrets: a file beside the data that only its owner may read, made at the first start.</summary>
static class InstallationKey
{
    public const string FileName = "installation.key";

    /// <exception cref="InvalidDataException">The file is there and is no key.</exception>
    public static byte[] ReadOrCreate(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (File.Exists(path))
            return Read(path);
        byte[] key = RandomNumberGenerator.GetBytes(SecretBox.KeyBytes);
        string draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        // Whole or not at all: a torn key would lose the secrets sealed since.
        File.Move(draft, path, overwrite: false);
        return key;
    }

    static byte[] Read(string path)
    {
        byte[] key = File.ReadAllBytes(path);
        return key.Length == SecretBox.KeyBytes
            ? key
            : throw new InvalidDataException($"'{path}' has {key.Length} bytes; the installation's key has {SecretBox.KeyBytes}. Put the right file back: webhooks' secrets are sealed with it.");
    }
}
