using Orrery.Sql.Functions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Functions;

public sealed class FunctionTests
{
    /// <summary>A call, an arrow, its text; <c>!</c> for an error.</summary>
    private const string Numbers = """
        ABS(-3) -> 3
        ABS(-3.50) -> 3.50
        ABS(-3.5d) -> 3.5
        ABS(-9223372036854775808L) -> !
        ABS(INULL) -> NULL
        SIGN(-3) -> -1
        SIGN(-3.50) -> -1.00
        SIGN(0.0d) -> 0.0
        POWER(2, 10) -> 1024.0
        POWER(-1.0d, 0.5d) -> !
        SQRT(2.25) -> 1.5
        SQRT(-1) -> !
        CBRT(8) -> 2.0
        LN(E()) -> 1.0
        LN(0) -> !
        LOG(2, 8) -> 3.0
        LOG(1, 8) -> !
        LOG10(1000) -> 3.0
        LOG2(8) -> 3.0
        LOG2(-8) -> !
        EXP(0) -> 1.0
        ROUND(1234) -> 1234
        ROUND(1250, -2) -> 1300
        ROUND(-1250, -2) -> -1300
        ROUND(2147483647, -1) -> !
        ROUND(2.50) -> 3
        ROUND(-2.50) -> -3
        ROUND(9.95, 1) -> 10.00
        ROUND(1.005d, 2) -> 1.01
        ROUND(-2.5d) -> -3.0
        ROUND(125.0d, -1) -> 130.0
        TRUNCATE(1299, -2) -> 1200
        TRUNCATE(-9.99, 1) -> -9.90
        TRUNCATE(-9.99) -> -9
        TRUNCATE(1.999d, 2) -> 1.99
        FLOOR(-2.5) -> -3
        FLOOR(-2.5d) -> -3.0
        FLOOR(7) -> 7
        CEIL(-2.5) -> -2
        CEILING(2.1) -> 3
        MOD(-7, 3) -> -1
        PI() -> 3.141592653589793
        SIN(0) -> 0.0
        COS(0) -> 1.0
        TAN(0) -> 0.0
        COT(0) -> !
        ASIN(1) -> 1.5707963267948966
        ASIN(2) -> !
        ACOS(1) -> 0.0
        ACOS(2) -> !
        ATAN(0) -> 0.0
        ATAN2(0, 1) -> 0.0
        SINH(0) -> 0.0
        COSH(0) -> 1.0
        TANH(0) -> 0.0
        DEGREES(PI()) -> 180.0
        RADIANS(180) -> 3.141592653589793
        BIN(10) -> 1010
        HEX(255) -> FF
        HEX('aé') -> 61C3A9
        HEX(X'00FF') -> 00FF
        UNHEX('C3A9') -> é
        UNHEX('C3A') -> NULL
        GREATEST(1, 2.5, 2) -> 2.5
        LEAST('b', 'a', 'c') -> a
        GREATEST(1, INULL) -> NULL
        """;

    private const string Texts = """
        ||('a', 'b') -> ab
        ||('a', NULL) -> NULL
        CONCAT('a', '', 'é') -> aé
        CONCAT_WS(',', 'a', NULL, 'b') -> a,b
        CONCAT_WS(NULL, 'a', 'b') -> NULL
        CONCAT_WS(',', NULL) -> (empty)
        CHAR_LENGTH('größe😀') -> 6
        LENGTH('') -> 0
        OCTET_LENGTH('größe😀') -> 11
        UPPER('straße é') -> STRAßE É
        LOWER('ÄÖ Σ') -> äö σ
        INITCAP('hELLO wörld-çA 3x') -> Hello Wörld-Ça 3x
        TRIM('  a b ') -> a b
        TRIM(:LEADING, 'xé', 'éxaxé') -> axé
        TRIM(:TRAILING, 'xé', 'éxaxé') -> éxa
        TRIM(:BOTH, ' ', '  ') -> (empty)
        ||(LTRIM('  a '), '.') -> a .
        LTRIM('xxa', 'x') -> a
        RTRIM('éa  ') -> éa
        RTRIM('axyx', 'yx') -> a
        BTRIM(' a ') -> a
        BTRIM('xax', 'x') -> a
        SUBSTRING('größe', 3) -> öße
        SUBSTRING('größe', 3, 2) -> öß
        SUBSTRING('größe', -2) -> ße
        SUBSTRING('größe', -2, 1) -> ß
        SUBSTRING('größe', 0, 2) -> gr
        SUBSTRING('größe', 9) -> (empty)
        SUBSTRING('größe', 1, -1) -> !
        LEFT('größe', 3) -> grö
        LEFT('größe', -3) -> (empty)
        LEFT('größe', 99) -> größe
        RIGHT('größe', 2) -> ße
        RIGHT('größe', 99) -> größe
        POSITION('ß', 'größe') -> 4
        POSITION('', 'größe') -> 1
        POSITION('x', 'größe') -> 0
        INSTR('größe', 'ß') -> 4
        LOCATE('e', 'größe größe') -> 5
        LOCATE('e', 'größe größe', 6) -> 11
        LOCATE('e', 'größe', 99) -> 0
        LPAD('ö', 4, 'xy') -> xyxö
        LPAD('größe', 2, 'x') -> gr
        LPAD('ö', -1, 'x') -> NULL
        LPAD('ö', 2, '') -> NULL
        RPAD('ö', 4, 'xé') -> öxéx
        REPEAT('ab', 3) -> ababab
        REPEAT('ab', -3) -> (empty)
        REPEAT('ab', 2000000000) -> !
        REPLACE('aXbXc', 'X', 'yy') -> ayybyyc
        REPLACE('abc', '', 'x') -> abc
        REVERSE('größe😀') -> 😀eßörg
        SPLIT_INDEX('a,b,,c', ',', 1) -> b
        SPLIT_INDEX('a,b,,c', ',', 2) -> (empty)
        SPLIT_INDEX('a,b,,c', ',', 4) -> NULL
        SPLIT_INDEX('a,b', ',', -1) -> NULL
        OVERLAY('größe', 'XX', 2) -> gXXße
        OVERLAY('größe', 'XX', 2, 0) -> gXXröße
        OVERLAY('größe', 'XX', 0) -> !
        TRANSLATE('größe', 'öß', 'os') -> grose
        TRANSLATE('abc', 'abc', 'x') -> x
        STARTSWITH('größe', 'grö') -> TRUE
        ENDSWITH('größe', 'x') -> FALSE
        ASCII('é') -> 233
        ASCII('') -> 0
        CHR(128512) -> 😀
        CHR(-1) -> !
        ELT(2, 'a', 'b') -> b
        ELT(3, 'a', 'b') -> NULL
        IS_ALPHA('aé') -> TRUE
        IS_ALPHA('a1') -> FALSE
        IS_DIGIT('12') -> TRUE
        IS_DECIMAL('-1.5e3') -> TRUE
        IS_DECIMAL('x') -> FALSE
        LIKE('größe', 'gr__e') -> TRUE
        LIKE('größe', '%ß%') -> TRUE
        LIKE('größe', 'gr%') -> TRUE
        LIKE('größe', '%x') -> FALSE
        LIKE('abcabd', '%ab_') -> TRUE
        LIKE('a%b', 'a!%b', '!') -> TRUE
        LIKE('axb', 'a!%b', '!') -> FALSE
        LIKE('axb', 'a!b', '!') -> !
        LIKE('abcXdef', 'ab%X%ef') -> TRUE
        LIKE('abef', 'ab%b%ef') -> FALSE
        LIKE('aXa', 'aX%Xa') -> FALSE
        LIKE('xaYbz', '%a%b%') -> TRUE
        LIKE('', '%') -> TRUE
        LIKE('', '_') -> FALSE
        LIKE(NULL, '%') -> NULL
        LIKE('größe', :gr__e) -> TRUE
        LIKE('größe', :%ß%) -> TRUE
        LIKE('größe', :größe) -> TRUE
        LIKE('größe', :%e) -> TRUE
        LIKE('größe', :x%) -> FALSE
        NOT LIKE('a', 'b') -> TRUE
        SIMILAR TO('abab', '(ab)+') -> TRUE
        SIMILAR TO('größe', 'gr__e') -> TRUE
        SIMILAR TO('a.b', 'a.b') -> TRUE
        SIMILAR TO('axb', 'a.b') -> FALSE
        SIMILAR TO('abc', 'a%') -> TRUE
        NOT SIMILAR TO('a', '(b|c)') -> TRUE
        SIMILAR TO('a', '(') -> !
        REGEXP('größe 12', '[0-9]+') -> TRUE
        REGEXP('größe', '^r') -> FALSE
        REGEXP('a', '(') -> !
        REGEXP('aa', '(a)\1') -> !
        REGEXP_EXTRACT('foo=12;bar=3', 'bar=([0-9]+)', 1) -> 3
        REGEXP_EXTRACT('foo=12', '[0-9]') -> 1
        REGEXP_EXTRACT('foo', '[0-9]') -> NULL
        REGEXP_EXTRACT('foo1', '[0-9]', 3) -> NULL
        REGEXP_EXTRACT_ALL('a1b22', '[0-9]+', 0) -> [1, 22]
        REGEXP_REPLACE('a1b22', '[0-9]+', '#') -> a#b#
        REGEXP_REPLACE('ab', '(a)(b)', '$2$1') -> ba
        REGEXP_COUNT('a1b22', '[0-9]') -> 3
        REGEXP_INSTR('😀a1', '[0-9]') -> 3
        REGEXP_SUBSTR('a1b22', '[0-9]{2}') -> 22
        MD5('') -> d41d8cd98f00b204e9800998ecf8427e
        SHA1('abc') -> a9993e364706816aba3e25717850c26c9cd0d89d
        SHA256('abc') -> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        SHA2('abc', 256) -> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        SHA2('abc', 100) -> !
        CHAR_LENGTH(SHA384('abc')) -> 96
        CHAR_LENGTH(SHA512('abc')) -> 128
        TO_BASE64('größe') -> Z3LDtsOfZQ==
        FROM_BASE64('Z3LDtsOfZQ==') -> größe
        FROM_BASE64('Z3L') -> !
        URL_ENCODE('a b&ß/') -> a+b%26%C3%9F%2F
        URL_DECODE('a+b%26%C3%9F%2F') -> a b&ß/
        URL_DECODE('%2') -> !
        PARSE_URL('https://u:p@x.org:81/p/q?k=v&l=w#r', 'HOST') -> x.org
        PARSE_URL('https://u:p@x.org:81/p/q?k=v&l=w#r', 'PATH') -> /p/q
        PARSE_URL('https://u:p@x.org:81/p/q?k=v&l=w#r', 'QUERY') -> k=v&l=w
        PARSE_URL('https://u:p@x.org:81/p/q?k=v&l=w#r', 'QUERY', 'l') -> w
        PARSE_URL('https://u:p@x.org:81/p/q?k=v&l=w#r', 'REF') -> r
        PARSE_URL('no url', 'HOST') -> NULL
        DECODE(ENCODE('größe', 'UTF-16LE'), 'UTF-16LE') -> größe
        ENCODE('a', 'KLINGON') -> !
        """;

    private const string Times = """
        EXTRACT(:YEAR, D'2026-11-21') -> 2026
        EXTRACT(:QUARTER, D'2026-11-21') -> 4
        EXTRACT(:MONTH, TS'2026-11-21 01:02:03') -> 11
        EXTRACT(:WEEK, D'2027-01-01') -> 53
        EXTRACT(:ISOYEAR, D'2027-01-01') -> 2026
        EXTRACT(:DOY, D'2026-12-31') -> 365
        EXTRACT(:DOW, D'2026-11-22') -> 1
        EXTRACT(:ISODOW, D'2026-11-22') -> 7
        EXTRACT(:CENTURY, D'2000-01-01') -> 20
        EXTRACT(:MILLENNIUM, D'2001-01-01') -> 3
        EXTRACT(:DECADE, D'1999-01-01') -> 199
        EXTRACT(:HOUR, TS'1969-12-31 23:59:58.5') -> 23
        EXTRACT(:SECOND, TS'1969-12-31 23:59:58.5') -> 58
        EXTRACT(:MILLISECOND, TS'1969-12-31 23:59:58.5') -> 58500
        EXTRACT(:EPOCH, TS'1969-12-31 23:59:58.5') -> -2
        EXTRACT(:MINUTE, T'10:20:30') -> 20
        EXTRACT(:FORTNIGHT, T'10:20:30') -> !
        YEAR(D'2026-11-21') -> 2026
        QUARTER(TS'2026-04-01 00:00:00') -> 2
        MONTH(D'2026-11-21') -> 11
        WEEK(D'2026-01-01') -> 1
        DAYOFYEAR(D'2024-12-31') -> 366
        DAYOFMONTH(D'2026-11-21') -> 21
        DAY(D'2026-11-21') -> 21
        DAYOFWEEK(D'2026-11-21') -> 7
        HOUR(TS'2026-11-21 10:20:30') -> 10
        HOUR(T'10:20:30') -> 10
        MINUTE(TS'2026-11-21 10:20:30') -> 20
        SECOND(TS'2026-11-21 10:20:30') -> 30
        YEAR(D'2026-02-30') -> !
        FLOOR(TS'2026-11-21 10:20:30', :HOUR) -> 2026-11-21 10:00:00.000000
        FLOOR(TS'1969-12-31 10:20:30', :DAY) -> 1969-12-31 00:00:00.000000
        FLOOR(D'2026-11-21', :WEEK) -> 2026-11-16
        FLOOR(D'2026-11-21', :QUARTER) -> 2026-10-01
        FLOOR(D'2000-12-31', :CENTURY) -> 1901-01-01
        FLOOR(D'2026-11-21', :DECADE) -> 2020-01-01
        CEIL(D'2026-11-21', :MONTH) -> 2026-12-01
        CEIL(D'2026-12-01', :MONTH) -> 2026-12-01
        CEIL(TS'2026-11-21 10:20:30', :YEAR) -> 2027-01-01 00:00:00.000000
        FLOOR(D'2026-11-21', :DOW) -> !
        TIMESTAMPADD(:MONTH, 1, D'2026-01-31') -> 2026-02-28
        TIMESTAMPADD(:HOUR, -1, D'2026-01-31') -> 2026-01-30 23:00:00.000000
        TIMESTAMPADD(:QUARTER, 1, TS'2026-11-30 10:00:00') -> 2027-02-28 10:00:00.000000
        TIMESTAMPADD(:DAY, 3000000, D'2026-01-31') -> !
        TIMESTAMPADD(:EPOCH, 3, D'2026-01-31') -> !
        TIMESTAMPDIFF(:DAY, D'2026-01-31', D'2026-03-01') -> 29
        TIMESTAMPDIFF(:MONTH, TS'2026-01-31 10:00:00', TS'2026-03-31 09:59:59') -> 1
        TIMESTAMPDIFF(:YEAR, D'2026-01-31', D'2024-02-01') -> -1
        TIMESTAMPDIFF(:SECOND, '2026-01-31 00:00:00', D'2026-01-30') -> -86400
        DATE_FORMAT(TS'2026-01-05 14:07:09.123456', 'yyyy-MM-dd HH:mm:ss.SSS') -> 2026-01-05 14:07:09.123
        DATE_FORMAT(TS'2026-01-05 14:07:09', 'EEE, d MMM yy h:mm a') -> Mon, 5 Jan 26 2:07 PM
        DATE_FORMAT(D'2026-01-05', 'EEEE MMMM D') -> Monday January 5
        DATE_FORMAT(D'2026-01-05', 'yyyy-QQ') -> !
        TO_DATE('2026-01-05') -> 2026-01-05
        TO_DATE('05.01.2026', 'dd.MM.yyyy') -> 2026-01-05
        TO_DATE('2026-02-30') -> !
        TO_DATE('x', 'dd.MM.yyyy') -> !
        TO_DATE(NULL) -> NULL
        TO_TIMESTAMP('2026-01-05 14:07:09.5') -> 2026-01-05 14:07:09.500000
        TO_TIMESTAMP('20260105140709', 'yyyyMMddHHmmss') -> 2026-01-05 14:07:09.000000
        TO_TIMESTAMP('Jan 5 2026 2:07 PM', 'MMM d yyyy h:mm a') -> 2026-01-05 14:07:00.000000
        TO_TIMESTAMP_LTZ(1000, 3) -> 1970-01-01 00:00:01.000000
        TO_TIMESTAMP_LTZ(-1) -> 1969-12-31 23:59:59.000000
        TO_TIMESTAMP_LTZ(1, 4) -> !
        FROM_UNIXTIME(1700000000) -> 2023-11-14 22:13:20
        FROM_UNIXTIME(1700000000, 'HH:mm') -> 22:13
        UNIX_TIMESTAMP('2023-11-14 22:13:20') -> 1700000000
        UNIX_TIMESTAMP('14.11.2023', 'dd.MM.yyyy') -> 1699920000
        UNIX_TIMESTAMP() -> 1795296615
        CONVERT_TZ('2026-07-01 12:00:00', 'UTC', '+02:00') -> 2026-07-01 14:00:00
        CONVERT_TZ('2026-07-01 12:00:00', 'UTC', 'Mars/Base') -> !
        AT TIME ZONE(TS'2026-07-01 12:00:00', '+05:30') -> 2026-07-01 06:30:00.000000
        NOW() -> 2026-11-21 21:30:15.123456
        CURRENT_DATE() -> 2026-11-21
        CURRENT_TIME() -> 21:30:15.123456
        LOCALTIMESTAMP() -> 2026-11-21 21:30:15.123456
        """;

    private const string Others = """
        COALESCE(NULL, 'a', 'b') -> a
        COALESCE(NULL, NULL) -> NULL
        COALESCE(INULL, 2.5) -> 2.5
        IFNULL(NULL, 'x') -> x
        NULLIF('a', 'a') -> NULL
        NULLIF(1, 2) -> 1
        IF(TRUE, 1, 2) -> 1
        IF(FALSE, 1, 2.5) -> 2.5
        IS TRUE(NULLIF(TRUE, TRUE)) -> FALSE
        JSON_VALUE('{"a":{"b":[1,"x\u00e9\n",true,null,1.50]}}', '$.a.b[0]') -> 1
        JSON_VALUE('{"a":{"b":[1,"xé",true,null,1.50]}}', '$.a.b[1]') -> xé
        JSON_VALUE('{"a":"\u00e9\u00e9"}', 'lax $.a') -> éé
        JSON_VALUE('{"a":{"b":[1,2,true,null,1.50]}}', '$["a"].b[4]') -> 1.50
        JSON_VALUE('{"a":{"b":[1,2,true,null]}}', '$.a.b[3]') -> NULL
        JSON_VALUE('{"a":{"b":[1,2,true]}}', '$.a.b[2]') -> true
        JSON_VALUE('{"a":{"b":1}}', '$.a') -> NULL
        JSON_VALUE('{"a":', '$.a') -> NULL
        JSON_VALUE('[1]', '$[1]', :DEFAULT, 'd', :NULL, NULL) -> d
        JSON_VALUE('[1]', '$[0]', :DEFAULT, NULL, :NULL, NULL) -> 1
        ELEMENT(ARRAY('x', 'y'), 2) -> y
        JSON_VALUE('{', '$[1]', :NULL, '', :ERROR, '') -> !
        JSON_VALUE('{}', 'a') -> !
        JSON_VALUE('{}', '$.*') -> !
        JSON_VALUE(NULL, '$') -> NULL
        JSON_QUERY('{"a":{"b": [1, 2]}}', '$.a') -> {"b": [1, 2]}
        JSON_QUERY('{"a":1}', '$.a') -> NULL
        JSON_QUERY('{"a":1}', '$.a', :CONDITIONAL, :NULL, :NULL) -> [1]
        JSON_QUERY('{"a":[1]}', '$.a', :UNCONDITIONAL, :NULL, :NULL) -> [[1]]
        JSON_QUERY('{"a":[1]}', '$.b', :WITHOUT, :EMPTYARRAY, :NULL) -> []
        JSON_EXISTS('{"a":1}', '$.a') -> TRUE
        JSON_EXISTS('{"a":1}', '$.b') -> FALSE
        JSON_EXISTS('{"a"', '$.a', :UNKNOWN) -> NULL
        IS JSON('{"a":1}') -> TRUE
        IS JSON('{"a":1') -> FALSE
        IS JSON OBJECT('[1]') -> FALSE
        IS JSON ARRAY('[1]') -> TRUE
        IS JSON SCALAR('1') -> TRUE
        IS NOT JSON('x') -> TRUE
        JSON_OBJECT(:NULL, 'a', 1, 'b', NULL, 'c', 'x"') -> {"a":1,"b":null,"c":"x\""}
        JSON_OBJECT(:ABSENT, 'a', 1.50, 'b', NULL, 'c', JSON_ARRAY(:NULL, TRUE, 1.5d, D'2026-01-01')) -> {"a":1.50,"c":[true,1.5,"2026-01-01"]}
        JSON_ARRAY(:ABSENT, NULL, 1) -> [1]
        JSON_STRING('a"b') -> "a\"b"
        JSON_STRING(1.5d) -> 1.5
        JSON_STRING(ARRAY('a', NULL)) -> ["a",null]
        JSON_QUOTE('a"b') -> "a\"b"
        JSON_UNQUOTE('"a\"b"') -> a"b
        JSON_UNQUOTE('ab') -> ab
        ARRAY(1, 2.5, INULL) -> [1.0, 2.5, NULL]
        ARRAY('a', 'é', NULL, '') -> [a, é, NULL, ]
        ARRAY() -> []
        ITEM(ARRAY('a', 'é'), 2) -> é
        ITEM(ARRAY('a', 'é'), 3) -> NULL
        ITEM(ARRAY(1L, 2L), 0) -> NULL
        ITEM(ARRAY(1.5, 2.5), 1) -> 1.5
        ELEMENT(ARRAY('x')) -> x
        ELEMENT(ARRAY('x', 'y')) -> !
        CARDINALITY(ARRAY('x', 'y')) -> 2
        ARRAY_CONTAINS(ARRAY('x', 'y'), 'y') -> TRUE
        ARRAY_CONTAINS(ARRAY(1, 2), 3L) -> FALSE
        ARRAY_POSITION(ARRAY(1.5d, 2.5d), 2.5d) -> 2
        ARRAY_JOIN(ARRAY('x', NULL, 'y'), '-') -> x-y
        ARRAY_JOIN(ARRAY(1, INULL), '-', '?') -> 1-?
        ARRAY_DISTINCT(ARRAY(1, 2, 1, INULL, INULL)) -> [1, 2, NULL]
        ARRAY_REVERSE(ARRAY(1, 2, 3)) -> [3, 2, 1]
        ARRAY_SORT(ARRAY('b', 'a', NULL)) -> [NULL, a, b]
        ARRAY_SORT(ARRAY(1, 3, 2), FALSE) -> [3, 2, 1]
        ARRAY_SLICE(ARRAY(1, 2, 3, 4), 2, 3) -> [2, 3]
        ARRAY_SLICE(ARRAY(1, 2, 3, 4), -2) -> [3, 4]
        ARRAY_CONCAT(ARRAY(1), ARRAY(2.5)) -> [1.0, 2.5]
        ARRAY_APPEND(ARRAY(1), 2) -> [1, 2]
        ARRAY_PREPEND(ARRAY('b'), 'a') -> [a, b]
        ARRAY_UNION(ARRAY(1, 2), ARRAY(2, 3)) -> [1, 2, 3]
        ARRAY_EXCEPT(ARRAY(1, 2), ARRAY(2, 3)) -> [1]
        ARRAY_INTERSECT(ARRAY(1, 2), ARRAY(2, 3)) -> [2]
        ARRAY_MAX(ARRAY('a', 'c', 'b')) -> c
        ARRAY_MIN(ARRAY(3, INULL, 2)) -> 2
        SPLIT('a,b,', ',') -> [a, b, ]
        """;

    public static TheoryData<string, string> Cases { get; } = new(
        string.Join('\n', Numbers, Texts, Times, Others).Split('\n').Select(line => line.Split(" -> ")).Select(parts => (parts[0].Trim(), parts[1] == "(empty)" ? "" : parts[1])));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_call_gives_what_its_name_says(string call, string expected)
    {
        if (expected != "!")
        {
            FunctionCase.Run(call).ShouldBe(expected, call);
            return;
        }

        var fault = Should.Throw<Exception>(() => FunctionCase.Run(call), call);
        (fault is SqlValueException or SqlTypeException).ShouldBeTrue(fault.ToString());
    }

    [Fact]
    public void Every_function_has_a_case()
    {
        string all = string.Join('\n', Cases.Select(row => row.Data.Item1 + " " + string.Join(' ', FunctionCatalog.Aliases.Where(alias => row.Data.Item1.Contains(alias.Key + "(", StringComparison.Ordinal)).Select(alias => alias.Value + "("))));
        string[] elsewhere = ["+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "AND", "OR", "NOT", "IS NULL", "IS NOT NULL", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN",
            "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "BETWEEN", "NOT BETWEEN", "CURRENT_TIMESTAMP", "CURRENT_ROW_TIMESTAMP", "PROCTIME", "LOCALTIME", "UNIX_TIMESTAMP_OF", "IS NOT JSON OBJECT", "IS NOT JSON ARRAY", "IS NOT JSON SCALAR"];
        FunctionCatalog.All.Select(function => function.Name).Where(name => !all.Contains(name + "(", StringComparison.Ordinal)).Except(elsewhere).ShouldBeEmpty("write a case for each function");
        FunctionCatalog.All.Count.ShouldBeGreaterThan(120);
    }

    [Fact]
    public void Null_arguments_give_null_where_functions_are_strict()
    {
        foreach (string name in (string[])["ABS", "UPPER", "SQRT", "YEAR", "CHAR_LENGTH", "MD5", "TO_DATE", "IS JSON", "NOT"])
            Calls.Evaluate(_ => FunctionCatalog.Resolve(name, [new Orrery.Sql.Expressions.ConstantExpression(null, SqlType.Null)])).ShouldBe("NULL", name);
    }
}
