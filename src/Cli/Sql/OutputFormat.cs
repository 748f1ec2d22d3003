namespace Orrery.Cli.Sql;

enum OutputFormat { Table, Csv, Json }
