using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Cli.Hosting;

namespace Orrery.Cli.Demo;

/// <summary>What a demo keeps so that it goes on where it was: its password and the secret from which the sites' keys are made. A demo's secrets guard a demo only.</summary>
sealed record DemoState(string Password, string KeySecret)
{
    public static DemoState Load(DirectoryInfo data, string? password)
    {
        string path = PathIn(data);
        DemoState state = (File.Exists(path) ? JsonSerializer.Deserialize<DemoState>(File.ReadAllText(path)) : null)
            ?? new DemoState(Passwords.Create(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return password is null ? state : state with { Password = password };
    }

    public void Save(DirectoryInfo data) => OwnFile.Write(PathIn(data), JsonSerializer.Serialize(this));

    /// <summary>The public id of a site's key: the same at every start.</summary>
    public string KeyId(string site) => "demo" + Derive("id:" + site)[..16];

    /// <summary>The secret of a site's key: the same at every start of this demo, different for every demo.</summary>
    public string KeyPart(string site) => Derive("secret:" + site)[..40];

    string Derive(string what) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(KeySecret), Encoding.UTF8.GetBytes(what)));

    static string PathIn(DirectoryInfo data) => Path.Combine(data.FullName, "demo.json");
}
