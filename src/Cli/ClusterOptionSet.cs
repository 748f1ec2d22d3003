using System.CommandLine;
using System.CommandLine.Parsing;
using Orrery.Silo;

namespace Orrery.Cli;

/// <summary>The options of a process that takes part in a cluster.</summary>
sealed class ClusterOptionSet
{
    /// <summary>Holds the cluster's connection string, which has a password in it and so is better not on the command line.</summary>
    public const string ConnectionVariable = "ORRERY_CLUSTER";

    /// <summary>Holds the cluster's secret.</summary>
    public const string SecretVariable = "ORRERY_CLUSTER_SECRET";

    const int SecretLengthLeast = 16;

    readonly bool hostsSilo;

    public ClusterOptionSet(bool hostsSilo, string connectionMeaning)
    {
        this.hostsSilo = hostsSilo;
        Connection.Description = $"{connectionMeaning} The cluster's store: {StoreForms}. Also read from the variable {ConnectionVariable}, which keeps passwords out of the process list.";
    }

    /// <summary>How stores are written, for help and errors.</summary>
    public const string StoreForms = "postgres://USER:PASSWORD@HOST/DATABASE, mysql://, sqlserver://, redis://HOST or sqlite:FILE";

    public Option<string?> Connection { get; } = new("--cluster");

    public Option<FileInfo?> SecretFile { get; } = new("--secret-file")
    {
        Description = $"A file with the secret that all processes of the cluster know, at least {SecretLengthLeast} characters. Also read from the variable {SecretVariable}. Needed unless every address is loopback.",
    };

    public Option<string> Name { get; } = new("--name")
    {
        Description = "This silo's name: the same at each start, different from every other silo's. Default: the machine's name.",
        DefaultValueFactory = _ => Environment.MachineName.ToLowerInvariant(),
        Validators = { Check("--name", static text => NodeText.IsName(text), "1 to 100 characters of letters, digits, '.', '-' and '_', beginning with a letter or digit") },
    };

    public Option<string> Address { get; } = new("--address")
    {
        Description = "Where this silo listens for the other processes of the cluster: HOST:PORT. Port 0 takes a free one.",
        DefaultValueFactory = _ => "127.0.0.1:0",
        Validators = { Check("--address", static text => NodeText.IsHostAndPort(text), "HOST:PORT, such as 10.0.0.7:7401") },
    };

    public Option<string?> Advertise { get; } = new("--advertise")
    {
        Description = "What others connect to where it is not --address, such as behind address translation: HOST:PORT.",
        Validators = { Check("--advertise", static text => NodeText.IsHostAndPort(text), "HOST:PORT, such as silo-1.example.com:7401") },
    };

    public Option<FileInfo?> KeyFile { get; } = new("--key-file")
    {
        Description = $"The installation key, the same file for every silo of the cluster. Default: {InstallationFiles.KeyFileName} in the data folder, made at the first start.",
    };

    public Option<bool> NewLog { get; } = new("--new-log")
    {
        Description = "The cluster's log directory is lost for good and this silo's takes its place. What was only in the lost one is gone.",
    };

    public Option<FileInfo?> Certificate { get; } = new("--certificate")
    {
        Description = "A PEM file with this process's certificate and private key. With it every connection of the cluster is encrypted, and both sides show certificates.",
    };

    public Option<FileInfo?> CertificateKey { get; } = new("--certificate-key") { Description = "A PEM file with the certificate's private key, where --certificate does not have it." };

    public Option<FileInfo?> Authority { get; } = new("--certificate-authority")
    {
        Description = "A PEM file with the authority that the other processes' certificates come from. Default: those that the machine trusts.",
    };

    public Option<string?> CertificateName { get; } = new("--certificate-name") { Description = "The name that silos' certificates carry. Default: the host in the silo's address." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Connection);
        command.Options.Add(SecretFile);
        foreach (Option option in (Option[])[Certificate, CertificateKey, Authority, CertificateName])
            command.Options.Add(option);
        if (!hostsSilo)
            return;
        command.Options.Add(Name);
        command.Options.Add(Address);
        command.Options.Add(Advertise);
        command.Options.Add(KeyFile);
        command.Options.Add(NewLog);
    }

    /// <summary>What was given; null where no cluster was named.</summary>
    /// <exception cref="WrongInputException">Something that was given cannot be used.</exception>
    public ClusterSettings? Read(ParseResult parsed)
    {
        string? connection = parsed.GetValue(Connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable);
        if (string.IsNullOrWhiteSpace(connection))
            return null;
        var settings = new ClusterSettings
        {
            Connection = connection,
            Secret = ReadSecret(parsed.GetValue(SecretFile)),
            CertificateFile = parsed.GetValue(Certificate)?.FullName,
            CertificateKeyFile = parsed.GetValue(CertificateKey)?.FullName,
            CertificateAuthorityFile = parsed.GetValue(Authority)?.FullName,
            CertificateName = parsed.GetValue(CertificateName),
        };
        try
        {
            SiloServices.ConnectionOf(settings);
        }
        catch (FormatException wrong)
        {
            throw new WrongInputException($"--cluster: {wrong.Message}");
        }

        return !hostsSilo
            ? settings
            : settings with
            {
                SiloName = parsed.GetValue(Name)!,
                Address = parsed.GetValue(Address)!,
                AdvertisedAddress = parsed.GetValue(Advertise),
                KeyFile = parsed.GetValue(KeyFile)?.FullName,
                ReplacesLog = parsed.GetValue(NewLog),
            };
    }

    /// <summary>As <see cref="Read"/>, where a cluster has to be named.</summary>
    /// <exception cref="WrongInputException">None was named, or something that was given cannot be used.</exception>
    public ClusterSettings ReadRequired(ParseResult parsed) =>
        Read(parsed) ?? throw new WrongInputException($"--cluster is missing: name the cluster's store, {StoreForms}, here or in the variable {ConnectionVariable}.");

    static string? ReadSecret(FileInfo? file)
    {
        string? secret;
        string from;
        if (file is not null)
        {
            if (!file.Exists)
                throw new WrongInputException($"--secret-file: there is no file '{file.FullName}'.");
            (secret, from) = (File.ReadAllText(file.FullName).Trim(), $"The secret in '{file.FullName}'");
        }
        else
        {
            (secret, from) = (Environment.GetEnvironmentVariable(SecretVariable), $"The secret in the variable {SecretVariable}");
        }

        if (string.IsNullOrEmpty(secret) && file is null)
            return null;
        return secret!.Length >= SecretLengthLeast
            ? secret
            : throw new WrongInputException($"{from} has {secret.Length} characters; use at least {SecretLengthLeast}, such as the output of: openssl rand -hex 32");
    }

    static Action<OptionResult> Check(string option, Func<string, bool> holds, string form) => result =>
    {
        if (result.Tokens.Count == 1 && !holds(result.Tokens[0].Value))
            result.AddError($"{option}: '{result.Tokens[0].Value}' cannot be used. Write {form}.");
    };
}
