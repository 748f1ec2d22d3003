namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>Whether a connection is encrypted.</summary>
public enum MySqlTls
{
    /// <summary>Never. A caching_sha2_password sign-in then encrypts the password with the server's public key.</summary>
    Disabled,

    /// <summary>Where the server offers it; its certificate is not checked.</summary>
    Preferred,

    /// <summary>Always; its certificate is not checked.</summary>
    Required,

    /// <summary>Always, with a certificate that the machine trusts and that names the host.</summary>
    Verified,
}

/// <summary>A MySQL or MariaDB server and an account on it.</summary>
public sealed record MySqlEndpoint
{
    public required string Host { get; init; }

    public int Port { get; init; } = 3306;

    public required string User { get; init; }

    public string Password { get; init; } = "";

    public MySqlTls Tls { get; init; } = MySqlTls.Preferred;

    /// <summary>How long connecting and signing in may take, and an answer to a statement may stay away. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads a connection string as the MySQL driver spells it: Server, Port, User ID, Password, SslMode, Connection Timeout.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message does not repeat it.</exception>
    public static MySqlEndpoint Parse(string connectionString)
    {
        var builder = ConnectionText.Read("MySQL", connectionString, text => new global::MySql.Data.MySqlClient.MySqlConnectionStringBuilder(text));
        return new MySqlEndpoint
        {
            Host = builder.Server,
            Port = (int)builder.Port,
            User = builder.UserID,
            Password = builder.Password,
            Tls = builder.SslMode switch
            {
                global::MySql.Data.MySqlClient.MySqlSslMode.Disabled => MySqlTls.Disabled,
                global::MySql.Data.MySqlClient.MySqlSslMode.Required => MySqlTls.Required,
                global::MySql.Data.MySqlClient.MySqlSslMode.VerifyCA or global::MySql.Data.MySqlClient.MySqlSslMode.VerifyFull => MySqlTls.Verified,
                _ => MySqlTls.Preferred,
            },
            Timeout = builder.ConnectionTimeout == 0 ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(Math.Max(5, builder.ConnectionTimeout)),
        };
    }

    /// <summary>Host and port; never the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
