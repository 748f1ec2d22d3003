-- Dimensions into Redis, a hash for each key. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE redis_dim_store_shop (
    store_code STRING NOT NULL,
    store_name STRING,
    store_type INT,
    region STRING,
    province STRING,
    city STRING,
    store_status INT,
    open_date DATE,
    close_date DATE,
    fcustid BIGINT,
    PRIMARY KEY (store_code) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_store_shop');
INSERT INTO redis_dim_store_shop SELECT * FROM dim_store_shop;

CREATE TABLE redis_dim_store_shop_fcustid (
    fcustid BIGINT NOT NULL,
    store_code STRING,
    store_name STRING,
    region STRING,
    province STRING,
    city STRING,
    customer_name STRING,
    PRIMARY KEY (fcustid) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_store_shop_fcustid');
INSERT INTO redis_dim_store_shop_fcustid SELECT * FROM dim_store_shop_fcustid;

CREATE TABLE redis_dim_product_sku (
    sku_code STRING NOT NULL,
    sku_name STRING,
    spec STRING,
    unit STRING,
    list_price DECIMAL(18, 2),
    cost_price DECIMAL(18, 4),
    sku_status INT,
    spu_id BIGINT,
    spu_name STRING,
    brand STRING,
    category_id BIGINT,
    category_name STRING,
    PRIMARY KEY (sku_code) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_product_sku');
INSERT INTO redis_dim_product_sku SELECT * FROM dim_product_sku;

CREATE TABLE redis_dim_jd_erp_material (
    material_id BIGINT NOT NULL,
    material_number STRING,
    material_group BIGINT,
    material_name STRING,
    specification STRING,
    PRIMARY KEY (material_id) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_jd_erp_material');
INSERT INTO redis_dim_jd_erp_material SELECT * FROM dim_jd_erp_material;

CREATE TABLE redis_dim_jd_erp_stock (
    stock_id BIGINT NOT NULL,
    stock_name STRING,
    PRIMARY KEY (stock_id) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_jd_erp_stock');
INSERT INTO redis_dim_jd_erp_stock SELECT * FROM dim_jd_erp_stock;
