using System.Security.Cryptography;
using System.Text;

namespace Orrery.Client.Configuration;

/// <summary>
/// Values as files for whoever reads them, each with a note beside it of what came from the cloud. A value is written aside and moved into its place, so a reader finds the old one or the new one. The note says the file's hash: a
/// file that somebody altered is found out, and is told to the cloud as such.
/// </summary>
internal sealed class LocalCopy(string? directory)
{
    const string Altered = "altered";
    readonly Dictionary<string, ConfigurationValue> values = [];

    public ConfigurationValue? Find(string document)
    {
        lock (values)
            return values.TryGetValue(document, out ConfigurationValue? value) ? value : null;
    }

    /// <summary>Reads what an earlier run left.</summary>
    public void Load(IEnumerable<string> documents)
    {
        if (directory is null)
            return;
        foreach (string document in documents)
        {
            if (Note(document) is not { } note || !File.Exists(FileOf(document, note[2])))
                continue;
            (string mark, string digest, string format, string hash) = (note[0], note[1], note[2], note[3]);
            byte[] bytes = File.ReadAllBytes(FileOf(document, format));
            lock (values)
                values[document] = new ConfigurationValue(document, mark, HashOf(bytes) == hash ? digest : Altered, format, Encoding.UTF8.GetString(bytes));
        }
    }

    public void Keep(ConfigurationValue value)
    {
        if (directory is not null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value.Text);
            Write(FileOf(value.Document, value.Format), bytes);
            Write(NoteOf(value.Document), Encoding.UTF8.GetBytes($"{value.Mark}\n{value.Digest}\n{value.Format}\n{HashOf(bytes)}\n"));
        }

        lock (values)
            values[value.Document] = value;
    }

    /// <summary>The digest of what is there now: of the value that was kept, or a word that says that the file is another.</summary>
    public string DigestNow(string document)
    {
        if (Find(document) is not { } value)
            return "";
        if (directory is null)
            return value.Digest;
        string file = FileOf(document, value.Format);
        return File.Exists(file) && Note(document) is { } note && HashOf(File.ReadAllBytes(file)) == note[3] ? note[1] : Altered;
    }

    string FileOf(string document, string format) => Path.Combine(directory!, document.Replace('/', Path.DirectorySeparatorChar) + "." + format);

    /// <summary>Mark, digest, format and the file's hash; null: there is no such note.</summary>
    string[]? Note(string document)
    {
        string[] lines = File.Exists(NoteOf(document)) ? File.ReadAllLines(NoteOf(document)) : [];
        return lines.Length == 4 ? lines : null;
    }

    string NoteOf(string document) => Path.Combine(directory!, ".orrery", document.Replace('/', Path.DirectorySeparatorChar));

    static void Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string aside = file + ".new";
        File.WriteAllBytes(aside, bytes);
#if NET
        // It may hold secrets: not for everybody on the machine.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.Move(aside, file, overwrite: true);
#else
        if (File.Exists(file))
            File.Replace(aside, file, null);
        else
            File.Move(aside, file);
#endif
    }

    static string HashOf(byte[] bytes)
    {
        using var sha = SHA256.Create();
        return Convert.ToBase64String(sha.ComputeHash(bytes));
    }
}
